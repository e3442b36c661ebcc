/** What is known of the caller before the first word: who they are, what they just did, what was before. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { serverNow } from "../clock";
import { dayAndTime, daysAgo, telephone } from "../format";
import { Icon, type IconName } from "../parts/icon";
import { Path } from "../parts/path";
import { outcomeTone } from "../states";
import { code, either, queueTitle, t, type Key } from "../texts";
import type { CustomerRecord, DeskContact, HandedNote, PastContact, Promised } from "../wire";
import type { Desk } from "./model";
import { isShared, Stranger } from "./stranger";

export function Who({ desk, contact }: { desk: Desk; contact: DeskContact }) {
  const section = useRef<HTMLElement>(null);
  /** the contact of which somebody else is looked for than whom the record says */
  const doubted = useSignal<number | null>(null);
  const doubts = doubted.value === contact.contact && desk.may("identify");
  const customer = doubts ? null : contact.customer;
  const settled = () => {
    doubted.value = null;
    // What was pressed goes away with its list: keys go on from the record.
    section.current?.focus();
  };
  return (
    <section ref={section} class="card column who" tabIndex={0} aria-label={t("record.who")}>
      {customer && customer.promises.length > 0 && (
        <div class="promises">
          <h2>
            <Icon name="alert" /> {t("record.promises")}
          </h2>
          <Promises promises={customer.promises} />
        </div>
      )}
      <Part icon="tree" title={t("record.in_ivr")}>
        {contact.path.length ? (
          <Path path={contact.path} end={queueTitle(contact)} />
        ) : (
          <p class="quiet">{t(contact.direction === "outbound" ? "record.we_called" : "record.no_path")}</p>
        )}
        {contact.milestones.map((milestone) => (
          <p key={milestone} class="done-there">
            <Icon name="check" /> {code("milestone", milestone)}
          </p>
        ))}
        {contact.entered.length > 0 && (
          <dl class="facts">
            {contact.entered.map(([name, value]) => [
              <dt key={name}>{code("entered", name)}</dt>,
              <dd class="mono">{value}</dd>,
            ])}
          </dl>
        )}
      </Part>
      {customer ? (
        <Known desk={desk} customer={customer} contact={contact} doubt={() => (doubted.value = contact.contact)} />
      ) : (
        <Part icon="person" title={t("record.person")}>
          <Stranger desk={desk} contact={contact} settled={settled} />
        </Part>
      )}
    </section>
  );
}

export function Before({ contact }: { contact: DeskContact }) {
  const past = contact.customer?.contacts ?? [];
  return (
    <section class="card column before" tabIndex={0} aria-label={t("record.before")}>
      {contact.handed.length > 0 && <Handed notes={contact.handed} />}
      <Part icon="clock" title={t("record.before")} count={past.length}>
        {past.length ? (
          <ol class="past">
            {past.map((one) => (
              <Past key={one.interaction} past={one} />
            ))}
          </ol>
        ) : (
          <p class="quiet">{t(contact.customer ? "record.first_contact" : noRecord(contact))}</p>
        )}
      </Part>
    </section>
  );
}

function noRecord(contact: DeskContact): Key {
  if (isShared(contact)) return "record.several_before";
  return contact.number ? "record.no_customer" : "record.no_number";
}

interface KnownProps {
  desk: Desk;
  customer: CustomerRecord;
  contact: DeskContact;
  /** it may be somebody else after all */
  doubt: () => void;
}

function Known({ desk, customer, contact, doubt }: KnownProps) {
  return (
    <>
      <Part icon="box" title={t("record.products")} count={customer.products.length}>
        {customer.products.length ? (
          <ul class="products">
            {customer.products.map((product) => (
              <li key={product.title}>
                <strong>{either(product.title, product.title_zh)}</strong>
                <span class="quiet">
                  {code("product", product.kind)}
                  {product.detail && ` · ${either(product.detail, product.detail_zh)}`}
                </span>
              </li>
            ))}
          </ul>
        ) : (
          <p class="quiet">{t("record.no_products")}</p>
        )}
      </Part>
      <Part icon="person" title={t("record.person")}>
        <dl class="facts">
          <dt>{t("record.language")}</dt>
          <dd>{code("language", customer.language)}</dd>
          {customer.since_year !== null && (
            <>
              <dt>{t("record.since")}</dt>
              <dd>{customer.since_year}</dd>
            </>
          )}
        </dl>
        <ul class="own-numbers" aria-label={t("record.numbers")}>
          {customer.numbers.map((number) => (
            <li key={number}>
              <button
                class="button small ghost"
                disabled={contact.stage !== "wrap_up"}
                onClick={() => (desk.calling.value = { words: number, customer: customer.customer })}
                title={t("record.call", { number: telephone(number) })}
              >
                <Icon name="phone" /> {telephone(number)}
              </button>
              {number === contact.number && <span class="label">{t("record.this_number")}</span>}
            </li>
          ))}
        </ul>
        {desk.may("identify") && (
          <button class="button small ghost" onClick={doubt}>
            {t("record.somebody_else")}
          </button>
        )}
      </Part>
    </>
  );
}

/** What somebody of ours told the customer that we would do, and when. */
export function Promises({ promises }: { promises: Promised[] }) {
  return (
    <ul>
      {promises.map(({ made_on, promised, promised_zh }) => (
        <li key={made_on + promised}>
          {either(promised, promised_zh)} <span class="quiet nowrap">{t("record.promised", { when: daysAgo(made_on, serverNow()) })}</span>
        </li>
      ))}
    </ul>
  );
}

/** From whoever had this contact a moment ago: the customer need not say it again. */
function Handed({ notes }: { notes: HandedNote[] }) {
  return (
    <div class="handed">
      {notes.map(({ agent, note }) => (
        <div key={agent + note}>
          <h2>
            <Icon name="note" /> {t("record.handed", { who: agent })}
          </h2>
          <p class="note">{note}</p>
        </div>
      ))}
    </div>
  );
}

function Past({ past }: { past: PastContact }) {
  return (
    <li>
      <div class="past-head">
        <time>{dayAndTime(past.at, serverNow())}</time>
        {past.disposition ? (
          <strong class="clip">{either(code("disposition", past.disposition), past.disposition_zh)}</strong>
        ) : (
          <span class={`tone-${outcomeTone(past.outcome)}`}>{code("outcome", past.outcome)}</span>
        )}
      </div>
      {past.note && <p class="note">{past.note}</p>}
      <p class="label clip">{[either(past.queue, past.queue_zh), past.agent].filter(Boolean).join(" · ")}</p>
    </li>
  );
}

function Part({
  icon,
  title,
  count,
  children,
}: {
  icon: IconName;
  title: string;
  count?: number;
  children: ComponentChildren;
}) {
  return (
    <section class="part">
      <h2>
        <Icon name={icon} /> {title} {count ? <span class="count">{count}</span> : null}
      </h2>
      {children}
    </section>
  );
}
