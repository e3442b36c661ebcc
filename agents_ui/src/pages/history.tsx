/** The history of every contact: the search, or one interaction; both in one page, so the way back is instant. */
import { signal } from "@preact/signals";
import { render } from "preact";
import "../styles/base.css";
import "../styles/history.css";
import { api, type Person } from "../api";
import { InteractionPage } from "../history/interaction";
import { path } from "../history/route";
import { Search } from "../history/search";
import { Frame } from "../parts/frame";
import { t } from "../texts";

const person = signal<Person | null>(null);

function HistoryPage() {
  const id = /^\/history\/([^/]+)$/.exec(path.value)?.[1];
  return (
    <Frame
      page="history"
      title={id && t("interaction.title", { id: decodeURIComponent(id) })}
      visitor={person.value}
    >
      <main id="main" class="history">
        {/* The list stays where it was while one of its interactions is read. */}
        <div hidden={id !== undefined}>
          <Search active={id === undefined} person={person.value} />
        </div>
        {id !== undefined && <InteractionPage key={id} id={decodeURIComponent(id)} person={person.value} />}
      </main>
    </Frame>
  );
}

void api.me().then(
  (me) => (person.value = me),
  () => undefined, // the page's own request tells what is wrong
);
const root = document.getElementById("root");
if (root) render(<HistoryPage />, root);
