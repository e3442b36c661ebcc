/**
 * The agent's own words: what it was about, and a note. Open from the first word of the talk on; saved with
 * Ctrl+Enter once the caller has gone. What is written is kept in this browser at each key.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { serverNow } from "../clock";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { toast } from "../parts/toasts";
import { code, t } from "../texts";
import type { DeskContact } from "../wire";
import { dropDraft, keepDraft, readDraft } from "./drafts";
import type { Desk } from "./model";

/** before the wrap-up's deadline: what stands there by then is sent, finished or not */
const SAVE_BEFORE_DEADLINE_MS = 2500;

export function Work({ desk, contact }: { desk: Desk; contact: DeskContact }) {
  if (contact.engagement === null) {
    return (
      <div class="card column work">
        <div class="empty">
          <Icon name="note" />
          <p>{t("work.after_answer")}</p>
        </div>
      </div>
    );
  }
  return (
    <div class="card column work">
      <Coding
        desk={desk}
        engagement={contact.engagement}
        dispositions={contact.dispositions}
        disposition={contact.disposition}
        note={contact.note}
        finishing={contact.stage === "wrap_up"}
        deadlineAt={contact.stage === "wrap_up" ? contact.deadline_at : null}
      />
    </div>
  );
}

interface CodingProps {
  desk: Desk;
  engagement: number;
  dispositions: string[];
  disposition: string;
  note: string;
  /** the talk is over: it can be saved as done */
  finishing: boolean;
  deadlineAt: number | null;
}

export function Coding({ desk, engagement, dispositions, disposition, note, finishing, deadlineAt }: CodingProps) {
  const draft = useRef(readDraft(engagement)).current;
  const [chosen, setChosen] = useState(draft?.disposition || disposition);
  const [words, setWords] = useState(draft?.note ?? note);
  const [missing, setMissing] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const current = useRef({ chosen, words });
  current.current = { chosen, words };

  const change = (disposition: string, text: string) => {
    setChosen(disposition);
    setWords(text);
    setMissing(false);
    keepDraft(engagement, disposition, text);
  };
  const save = async () => {
    if (dispositions.length > 0 && !chosen) return setMissing(true);
    if (!(await desk.save(engagement, chosen, words, true))) return;
    dropDraft(engagement);
    toast("work.saved");
  };
  useSaveAtDeadline(desk, engagement, deadlineAt, current);
  useKeys([
    {
      keys: dispositions.slice(0, 9).flatMap((_, index) => [`${index + 1}`, `Alt+${index + 1}`]),
      text: "keys.disposition",
      run: (key) => change(dispositions[Number(key.at(-1)) - 1] ?? "", current.current.words),
      on: dispositions.length > 0,
    },
    { keys: ["n"], text: "keys.note", run: () => area.current?.focus() },
    { keys: ["Ctrl+Enter"], text: "keys.save", run: () => void save(), on: finishing && !desk.busy.value },
  ]);

  return (
    <form class="coding" onSubmit={(event) => (event.preventDefault(), void save())}>
      <fieldset aria-describedby={missing ? "missing" : undefined}>
        <legend>
          <h2>
            <Icon name="list" /> {t("work.about")}
          </h2>
        </legend>
        <div class="dispositions">
          {dispositions.map((one, index) => (
            <label key={one} class="disposition">
              <input type="radio" name="disposition" checked={chosen === one} onChange={() => change(one, words)} />
              <span class="grow">{code("disposition", one)}</span>
              {index < 9 && <kbd aria-hidden="true">{index + 1}</kbd>}
            </label>
          ))}
        </div>
      </fieldset>
      <label class="field note">
        <span class="row">
          <Icon name="note" /> <span class="grow">{t("work.note")}</span> <kbd aria-hidden="true">N</kbd>
        </span>
        <textarea
          ref={area}
          value={words}
          maxLength={4000}
          placeholder={t("work.note_about")}
          onInput={(event) => change(chosen, event.currentTarget.value)}
        />
      </label>
      <p id="missing" class="tone-bad missing" role="alert">
        {missing ? t("work.choose") : ""}
      </p>
      <button class="button primary big" type="submit" disabled={!finishing || desk.busy.value}>
        <Icon name="check" />
        {finishing ? t("work.save") : t("work.save_later")} <kbd aria-hidden="true">Ctrl ↵</kbd>
      </button>
    </form>
  );
}

/** When time runs out, what is there is better than nothing: the interaction stays to be finished in the list. */
function useSaveAtDeadline(
  desk: Desk,
  engagement: number,
  deadlineAt: number | null,
  current: { current: { chosen: string; words: string } },
): void {
  useEffect(() => {
    if (deadlineAt === null) return undefined;
    const timer = setTimeout(
      () => {
        const { chosen, words } = current.current;
        if (chosen || words.trim()) void desk.feed.ask({ do: "save", engagement, disposition: chosen, note: words, done: false });
      },
      Math.max(0, deadlineAt - serverNow() - SAVE_BEFORE_DEADLINE_MS),
    );
    return () => clearTimeout(timer);
  }, [engagement, deadlineAt]);
}
