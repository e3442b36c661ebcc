/** The audit: who used a power over others or over records, when, on whom, and what came of it. */
import { signal } from "@preact/signals";
import { render } from "preact";
import "../styles/base.css";
import "../styles/audit.css";
import { api, type Person } from "../api";
import { Filters } from "../audit/filters";
import { List } from "../audit/list";
import { follow } from "../audit/results";
import { Frame } from "../parts/frame";
import { t } from "../texts";

const person = signal<Person | null>(null);

function AuditPage() {
  return (
    <Frame page="audit" visitor={person.value}>
      <main id="main" class="audit">
        <p class="quiet about">{t("audit.about")}</p>
        <Filters />
        <List />
      </main>
    </Frame>
  );
}

void api.me().then(
  (me) => (person.value = me),
  () => undefined, // the list's own request tells what is wrong
);
follow();
const root = document.getElementById("root");
if (root) render(<AuditPage />, root);
