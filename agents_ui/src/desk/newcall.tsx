/**
 * A call from this desk: to a customer, a number or a colleague. Before anybody is called the last contact stands
 * there: when, with whom, about what, and what was promised.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { serverNow } from "../clock";
import { dayAndTime, telephone } from "../format";
import { Combo, stillMarked } from "../parts/combo";
import { Icon } from "../parts/icon";
import { Modal } from "../parts/modal";
import { outcomeTone } from "../states";
import { code, either, queueTitle, t } from "../texts";
import type { PastContact, Row } from "../wire";
import { callees, CustomerSearch, type Callee } from "./calling";
import { Grade } from "./caller";
import { isNumber, queuesOf, useDirectory } from "./directory";
import type { Desk, NewCall as Begin } from "./model";
import { Promises } from "./record";
import { AgentLine } from "./sending";

export function NewCall({ desk, begin }: { desk: Desk; begin: Begin }) {
  const rows = useDirectory(desk.feed) ?? [];
  const search = useMemo(() => new CustomerSearch(), []);
  const words = useSignal(begin.words);
  const key = useSignal(begin.customer === null ? "" : `customer-${begin.customer}`);
  /** of those who have several, the one that is chosen */
  const numbers = useSignal<Record<string, string>>(isNumber(begin.words) ? { [key.value]: begin.words } : {});
  const queue = useSignal("");
  useEffect(() => {
    if (begin.customer !== null) search.byId(begin.customer);
    else if (begin.words) search.type(begin.words);
    return () => search.stop();
  }, []);
  const me = desk.me.value;
  const found = callees(search.found.value, rows, words.value, me?.agent ?? 0);
  const choices = found.map((one) => ({ ...one, number: numbers.value[one.key] ?? one.number }));
  // Digits that are nobody's whole number may be the middle of one: whoever is meant is pointed at.
  const whole = search.found.value.number;
  const unclear =
    /^[+\d\s().-]+$/.test(words.value.trim()) &&
    !choices.some((one) => one.kind === "number" || (whole && one.number === whole));
  const marked = stillMarked(choices, key.value, search.searching.value || unclear ? "" : words.value);
  const type = (typed: string) => {
    words.value = typed;
    search.type(typed);
  };
  const call = (callee: Callee) => {
    if (desk.mayCall.value && !desk.busy.value && !callee.off) void desk.call(callee, queue.value);
  };
  return (
    <Modal title={t("call_out.title")} onClose={() => (desk.calling.value = null)} class="picker call-out">
      <div class="two">
        <Combo
          label={t("call_out.whom")}
          placeholder={t("call_out.type")}
          words={words.value}
          type={type}
          choices={choices}
          marked={marked}
          mark={(callee) => (key.value = callee.key)}
          take={(callee) => call(callee)}
          busy={search.searching.value}
          draw={(callee) => <Line desk={desk} callee={callee} />}
          empty={<Nobody search={search} words={words.value} />}
        />
        <div class="preview" aria-live="polite">
          {marked ? (
            <Preview
              callee={marked}
              choose={(number) => (numbers.value = { ...numbers.value, [marked.key]: number })}
            />
          ) : (
            <div class="empty">
              <Icon name="clock" />
              <p>{t("call_out.about")}</p>
            </div>
          )}
        </div>
      </div>
      <footer class="picker-foot">
        <Behalf rows={rows} mine={me?.queues ?? []} queue={queue.value} choose={(one) => (queue.value = one)} />
        <span class="grow tone-warn">{!desk.mayCall.value && t("call_out.not_now")}</span>
        <button
          class="button answer big"
          disabled={!marked || !desk.mayCall.value}
          aria-disabled={desk.busy.value}
          onClick={() => marked && call(marked)}
        >
          <Icon name="phone" />
          {t("call_out.call")} <kbd aria-hidden="true">↵</kbd>
        </button>
      </footer>
    </Modal>
  );
}

function Line({ desk, callee }: { desk: Desk; callee: Callee }) {
  if (callee.kind === "colleague") return <AgentLine desk={desk} agent={callee.colleague} serves={callee.serves} />;
  return (
    <>
      <Icon name={callee.kind === "customer" ? "person" : "phone"} />
      <strong class="grow clip">
        {callee.kind === "customer" ? callee.record.name : telephone(callee.number)}
      </strong>
      {callee.kind === "customer" && (
        <span class="state">{callee.number ? telephone(callee.number) : t("call_out.no_number")}</span>
      )}
    </>
  );
}

function Nobody({ search, words }: { search: CustomerSearch; words: string }) {
  if (search.error.value) return <>{code("error", search.error.value)}</>;
  if (search.searching.value) return <>{t("frame.loading")}</>;
  return <>{words.trim() ? t("call_out.nobody") : t("call_out.start")}</>;
}

interface PreviewProps {
  callee: Callee;
  choose: (number: string) => void;
}

/** What one should know before the other side answers. */
function Preview({ callee, choose }: PreviewProps) {
  if (callee.kind === "colleague") {
    return (
      <>
        <h3 class="name">{callee.colleague.name}</h3>
        <p class="quiet">{callee.serves}</p>
        <p>{t("call_out.internal")}</p>
      </>
    );
  }
  const customer = callee.kind === "customer" ? callee.record : null;
  const last = callee.kind === "customer" ? callee.record.contacts[0] : callee.last;
  return (
    <>
      <h3 class="name">
        <span class="clip">{customer?.name ?? telephone(callee.number)}</span>
        {customer && <Grade grade={customer.grade} />}
        {customer?.language && <span class="badge accent">{code("language", customer.language)}</span>}
      </h3>
      {last ? <Last last={last} /> : <p class="last none">{t("call_out.no_contact")}</p>}
      {customer && customer.promises.length > 0 && (
        <div class="promised">
          <h4>
            <Icon name="alert" /> {t("record.promises")}
          </h4>
          <Promises promises={customer.promises} />
        </div>
      )}
      {customer && customer.numbers.length > 1 && (
        <fieldset class="numbers">
          <legend>{t("call_out.number")}</legend>
          {customer.numbers.map((number) => (
            <label key={number}>
              <input
                type="radio"
                name="number"
                checked={number === callee.number}
                onChange={() => choose(number)}
              />
              {telephone(number)}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}

function Last({ last }: { last: PastContact }) {
  const about = last.disposition
    ? either(code("disposition", last.disposition), last.disposition_zh)
    : code("outcome", last.outcome);
  return (
    <section class="last" aria-label={t("call_out.last")}>
      <h4>
        <Icon name="clock" /> {t("call_out.last")}
      </h4>
      <p class="when">
        <time>{dayAndTime(last.at, serverNow())}</time>
        <strong class={last.disposition ? "" : `tone-${outcomeTone(last.outcome)}`}>{about}</strong>
      </p>
      {last.note && <p class="note">{last.note}</p>}
      <p class="label">
        {[either(last.queue, last.queue_zh), last.agent].filter(Boolean).join(" · ")}
      </p>
    </section>
  );
}

interface BehalfProps {
  rows: readonly Row[];
  mine: string[];
  queue: string;
  choose: (queue: string) => void;
}

/** On whose behalf: what the call is coded with, and in whose figures it stands. */
function Behalf({ rows, mine, queue, choose }: BehalfProps) {
  const ours = mine.flatMap((name) => queuesOf(rows).find((one) => one.queue === name) ?? []);
  if (ours.length < 2) return null;
  return (
    <label class="behalf">
      <span class="label">{t("call_out.behalf")}</span>
      <select value={queue || ours[0]?.queue} onChange={(event) => choose(event.currentTarget.value)}>
        {ours.map((one) => (
          <option key={one.queue} value={one.queue}>
            {queueTitle(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
