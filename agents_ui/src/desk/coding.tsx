/**
 * The agent's own words: what it was about, and a note. Open from the first word of the talk on; saved with
 * Ctrl+Enter once the caller has gone. What is written is kept in this browser at each key.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { pageMsUntil, serverSpeed } from "../clock";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { toast } from "../parts/toasts";
import { disposition, t } from "../texts";
import type { Desk } from "./model";

/** before the wrap-up's deadline: what stands there by then is sent, finished or not */
const SAVE_BEFORE_DEADLINE_MS = 2500;
const NOTE_CHARACTERS_MAX = 4000;

interface CodingProps {
  desk: Desk;
  engagement: number;
  /** under which what is half written is kept: the contact's, so that it is there again when the contact comes back */
  draft: string;
  dispositions: string[];
  dispositionsZh: string[];
  disposition: string;
  note: string;
  /** the talk is over: it can be saved as done */
  finishing: boolean;
  deadlineAt: number | null;
}

export function Coding(props: CodingProps) {
  const { desk, dispositions, finishing } = props;
  const { chosen, words, change, save, missing } = useCoding(props);
  const missingId = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  useKeys([
    { keys: ["n", "Alt+n"], text: "keys.note", run: () => area.current?.focus() },
    { keys: ["Ctrl+Enter"], text: "keys.save", run: () => void save(), on: finishing && !desk.busy.value },
  ]);
  return (
    <form class="coding" onSubmit={(event) => (event.preventDefault(), void save())}>
      <fieldset aria-describedby={missing ? missingId : undefined} hidden={!dispositions.length}>
        <legend>
          <h2>
            <Icon name="list" /> {t("work.about")}
          </h2>
        </legend>
        <Dispositions
          desk={desk}
          dispositions={dispositions}
          chinese={props.dispositionsZh}
          chosen={chosen}
          choose={(one) => change({ disposition: one })}
        />
      </fieldset>
      <label class="field note">
        <span class="row">
          <Icon name="note" /> <span class="grow">{t("work.note")}</span> <kbd aria-hidden="true">N</kbd>
        </span>
        <textarea
          ref={area}
          value={words}
          maxLength={NOTE_CHARACTERS_MAX}
          placeholder={t("work.note_about")}
          onInput={(event) => change({ note: event.currentTarget.value })}
          onKeyDown={(event) => event.key === "Escape" && !desk.keypad.value && event.currentTarget.blur()}
        />
      </label>
      <p id={missingId} class="tone-bad missing" role="alert">
        {missing ? t("work.choose") : ""}
      </p>
      <button class="button primary big" type="submit" disabled={!finishing} aria-disabled={desk.busy.value}>
        <Icon name="check" />
        {finishing ? t("work.save") : t("work.save_later")} <kbd aria-hidden="true">Ctrl ↵</kbd>
      </button>
    </form>
  );
}

interface DispositionsProps {
  desk: Desk;
  dispositions: string[];
  chinese: string[];
  chosen: string;
  choose: (disposition: string) => void;
}

function Dispositions({ desk, dispositions, chinese, chosen, choose }: DispositionsProps) {
  const numbered = dispositions.slice(0, 9);
  useKeys([
    {
      keys: numbered.flatMap((_, index) => [`${index + 1}`, `Alt+${index + 1}`]),
      text: "keys.disposition",
      run: (key) => choose(numbered[Number(key.at(-1)) - 1] ?? ""),
      // While the telephone's keys are shown, digits are theirs.
      on: numbered.length > 0 && !desk.keypad.value,
    },
  ]);
  return (
    <div class="dispositions">
      {dispositions.map((one, index) => (
        <label key={one} class="disposition">
          <input type="radio" name="disposition" checked={chosen === one} onChange={() => choose(one)} />
          <span class="grow">{disposition(one, dispositions, chinese)}</span>
          {index < numbered.length && <kbd aria-hidden="true">{index + 1}</kbd>}
        </label>
      ))}
    </div>
  );
}

/** The words and the choice, kept as a draft at each change, until the service has them. */
function useCoding({ desk, engagement, draft, dispositions, deadlineAt, ...given }: CodingProps) {
  const kept = useRef(desk.drafts.read(draft)).current;
  const [chosen, setChosen] = useState(kept?.disposition || given.disposition);
  const [words, setWords] = useState(kept?.note ?? given.note);
  const [missing, setMissing] = useState(false);
  const current = useRef({ chosen, words });
  current.current = { chosen, words };
  useSaveAtDeadline(desk, engagement, deadlineAt, current);

  const change = (changed: { disposition?: string; note?: string }) => {
    const next = { disposition: chosen, note: words, ...changed };
    setChosen(next.disposition);
    setWords(next.note);
    setMissing(false);
    desk.drafts.keep(draft, next.disposition, next.note);
  };
  const save = async () => {
    if (desk.busy.peek()) return undefined;
    if (dispositions.length > 0 && !chosen) return setMissing(true);
    if (!(await desk.save(engagement, chosen, words, true))) return;
    desk.drafts.drop(draft);
    toast("work.saved");
  };
  return { chosen, words, missing, change, save };
}

/** When time runs out, what is there is better than nothing: the interaction stays to be finished in the list. */
function useSaveAtDeadline(
  desk: Desk,
  engagement: number,
  deadlineAt: number | null,
  current: { current: { chosen: string; words: string } },
): void {
  const speed = serverSpeed();
  useEffect(() => {
    if (deadlineAt === null) return undefined;
    const timer = setTimeout(
      () => {
        const { chosen, words } = current.current;
        if (!chosen && !words.trim()) return;
        void desk.feed.ask({ do: "save", engagement, disposition: chosen, note: words, done: false });
      },
      pageMsUntil(deadlineAt - SAVE_BEFORE_DEADLINE_MS),
    );
    return () => clearTimeout(timer);
  }, [engagement, deadlineAt, speed]);
}
