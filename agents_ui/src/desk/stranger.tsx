/** A caller whose record is not known: those who share the number are offered, anybody else is found by name. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { telephone } from "../format";
import { Icon } from "../parts/icon";
import { patient } from "../parts/patient";
import { gradeClass } from "../states";
import { either, refusal, t } from "../texts";
import type { CustomerRecord, DeskContact } from "../wire";
import { CustomerSearch } from "./calling";
import type { Desk } from "./model";

interface StrangerProps {
  desk: Desk;
  contact: DeskContact;
  /** it is known who it is */
  settled: () => void;
}

export function Stranger({ desk, contact, settled }: StrangerProps) {
  const search = useMemo(() => new CustomerSearch(), []);
  const words = useSignal("");
  const several = isShared(contact);
  const shared = several ? contact.number : "";
  useEffect(() => {
    search.type(words.value || shared);
    return () => search.stop();
  }, [shared]);
  const type = (typed: string) => {
    words.value = typed;
    search.type(typed || shared);
  };
  const { customers } = search.found.value;
  const before = contact.customer;
  const says = before ? "record.who_then" : several ? "record.several" : contact.number ? "record.unknown_number" : "record.withheld_number";
  return (
    <>
      <p class={several ? "tone-warn" : "quiet"}>{t(says)}</p>
      {before && (
        <button class="button small ghost" onClick={settled}>
          {t("record.stays", { who: before.name })}
        </button>
      )}
      <label class="find-person">
        <Icon name="search" />
        <span class="hidden-text">{t("record.find")}</span>
        <input
          type="search"
          autocomplete="off"
          spellcheck={false}
          placeholder={t("record.find")}
          value={words.value}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </label>
      {search.error.value && <p class="tone-bad">{refusal(search.error.value)}</p>}
      <ul class="candidates" aria-label={t("record.who_is_it")} aria-busy={search.searching.value}>
        {customers.map((one) => (
          <Candidate key={one.customer} desk={desk} contact={contact} record={one} settled={settled} />
        ))}
      </ul>
      {words.value && !search.searching.value && !customers.length && <p class="quiet">{t("record.nobody_found")}</p>}
    </>
  );
}

/** Whether several customers have this number. */
export function isShared(contact: DeskContact): boolean {
  return contact.path.some(([, exit]) => exit === "several");
}

interface CandidateProps {
  desk: Desk;
  contact: DeskContact;
  record: CustomerRecord;
  settled: () => void;
}

function Candidate({ desk, contact, record, settled }: CandidateProps) {
  const product = record.products[0];
  const number = record.numbers.includes(contact.number) ? contact.number : record.numbers[0];
  const choose = async () => {
    if (await desk.identify(record.customer)) settled();
  };
  return (
    <li>
      <span class={gradeClass(record.grade)}>{record.grade}</span>
      <span class="grow clip">
        <strong>{record.name}</strong>
        <span class="label clip">
          {number && telephone(number)}
          {product && ` · ${either(product.title, product.title_zh)}`}
        </span>
      </span>
      {desk.may("identify") && (
        <button
          class="button small"
          aria-label={t("record.is", { who: record.name })}
          {...patient(desk.busy.value, () => void choose())}
        >
          {t("record.is_this_one")}
        </button>
      )}
    </li>
  );
}
