/** One interaction: its segments on a line of time, its offers and why, the words, the recording. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { api, type Interaction, type NoteLine, type OfferLine, type Person } from "../api";
import { serverNow } from "../clock";
import { dayAndTime, dayWithSeconds, duration, telephone, timeWithSeconds } from "../format";
import { useKeys } from "../keys";
import { Icon, type IconName } from "../parts/icon";
import { Path } from "../parts/path";
import { gradeClass, offerTone, outcomeTone } from "../states";
import { code, either, t } from "../texts";
import type { PastContact } from "../wire";
import { courseOf } from "./course";
import { follow } from "./follow";
import { Listening } from "./listening";
import { Player } from "./player";
import { back, go, onBack, onLink } from "./route";
import { CourseList, Timeline } from "./timeline";
import { Why } from "./why";

/** recordings are closed and wrap-ups saved within this time, mostly */
const LATE_MS = 120_000;
/** kinds of offers for which somebody was chosen among others */
const FROM_THE_LINE = ["contact", "consult"];

export function InteractionPage({ id, person }: { id: string; person: Person | null }) {
  const found = useSignal<Interaction | null>(null);
  const problem = useSignal("");
  useEffect(() => {
    return follow(() => api.interaction(id), {
      found: (one) => {
        found.value = one;
        problem.value = "";
      },
      // A refresh that failed leaves what is shown.
      failed: (key) => void (found.peek() ?? (problem.value = key)),
      unfinished,
    });
  }, [id]);
  useKeys([{ keys: ["Escape"], text: "keys.back", run: back }]);
  return (
    <div class="interaction">
      <a class="back" href="/history" onClick={onBack}>
        <Icon name="left" /> {t("interaction.back")}
      </a>
      {problem.value ? (
        <div class="card empty" role="alert">
          <Icon name="alert" />
          <strong>{code("error", problem.value)}</strong>
          <button class="button" onClick={() => go("/history")}>
            {t("interaction.back")}
          </button>
        </div>
      ) : found.value ? (
        <Found interaction={found.value} person={person} />
      ) : (
        <div
          class="card skeleton"
          style={{ height: "320px" }}
          role="status"
          aria-label={t("frame.loading")}
        />
      )}
    </div>
  );
}

interface FoundProps {
  interaction: Interaction;
  person: Person | null;
}

function Found({ interaction, person }: FoundProps) {
  const course = useMemo(() => courseOf(interaction, serverNow()), [interaction]);
  const listening = useMemo(() => new Listening(course), []);
  useEffect(() => listening.update(course), [course]);
  useEffect(() => () => listening.close(), []);
  return (
    <>
      <Head interaction={interaction} person={person} />
      <section class="card timeline-card" aria-label={t("interaction.segments")}>
        {course.tracks.length > 0 && <Player course={course} listening={listening} />}
        <Timeline course={course} listening={listening} />
        {listening.failed.value && (
          <p class="tone-bad row" role="alert">
            {t("player.failed")}
            <button class="button small" onClick={() => listening.again()}>
              {t("error.try_again")}
            </button>
          </p>
        )}
        <Unheard interaction={interaction} />
        <CourseList course={course} listening={listening} all={interaction.segments} />
      </section>
      <div class="parts">
        {(interaction.direction === "inbound" || interaction.offers.length > 0) && (
          <Offers
            offers={interaction.offers}
            explained={person?.permissions.includes("explain-offer") ?? false}
          />
        )}
        <Part icon="note" title={t("interaction.notes")}>
          {interaction.notes.length ? (
            interaction.notes.map((note) => <Note key={note.at} note={note} />)
          ) : (
            <p class="quiet">{t("interaction.no_notes")}</p>
          )}
        </Part>
        <Part icon="tree" title={t("interaction.path")}>
          {interaction.path.length ? (
            <Path
              path={interaction.path}
              end={either(interaction.queue_title, interaction.queue_title_zh)}
            />
          ) : (
            <p class="quiet">{t(interaction.direction === "inbound" ? "record.no_path" : "record.we_called")}</p>
          )}
          {interaction.milestones.map((milestone) => (
            <p key={milestone} class="tone-good done-there">
              <Icon name="check" /> {code("milestone", milestone)}
            </p>
          ))}
        </Part>
      </div>
      {interaction.customer && (
        <Others
          contacts={interaction.customer.contacts.filter((one) => one.interaction !== interaction.interaction)}
        />
      )}
    </>
  );
}

function Head({ interaction, person }: FoundProps) {
  return (
    <header class="card head">
      <div class="grow">
        <div class="name">
          <h2 class="clip">
            {interaction.customer?.name ||
              (interaction.direction === "internal" ? t("caller.colleague") : t("caller.unknown"))}
          </h2>
          {interaction.customer && (
            <span class={gradeClass(interaction.customer.grade)}>{interaction.customer.grade}</span>
          )}
          <span class={`badge ${outcomeTone(interaction.outcome)}`}>
            {code("outcome", interaction.outcome || "live")}
          </span>
          {interaction.direction !== "inbound" && (
            <span class="badge">{code("way", interaction.direction)}</span>
          )}
          {interaction.verified && (
            <span class="badge good">
              <Icon name="shield" />
              {t("customer.verified")}
            </span>
          )}
        </div>
        <p class="facts-line">
          {interaction.number ? (
            <span>{telephone(interaction.number)}</span>
          ) : (
            interaction.direction === "inbound" && <span>{t("caller.withheld")}</span>
          )}
          <span>{dayWithSeconds(interaction.started_at)}</span>
          {interaction.queue_title && (
            <span>{either(interaction.queue_title, interaction.queue_title_zh)}</span>
          )}
          {interaction.agent && <span>{interaction.agent}</span>}
          <span class="mono quiet">{interaction.public_id}</span>
        </p>
      </div>
      {interaction.number && mayCall(person) && (
        <a class="button" href={callLink(interaction)}>
          <Icon name="phone" /> {t("record.call", { number: telephone(interaction.number) })}
        </a>
      )}
      <dl class="times">
        <Time name={t("history.wait")} ms={interaction.queue ? interaction.wait_ms : null} />
        <Time name={t("history.talk")} ms={interaction.talk_ms || null} />
        {interaction.hold_ms > 0 && <Time name={t("history.hold")} ms={interaction.hold_ms} />}
        <Time name={t("history.wrap")} ms={interaction.wrap_ms} />
      </dl>
    </header>
  );
}

/** Who has a desk, from where it is done. */
function mayCall(person: Person | null): boolean {
  return !!person && person.agent !== null && person.permissions.includes("dial-out");
}

function callLink({ number, customer }: Interaction): string {
  const asked = new URLSearchParams({ call: number });
  if (customer) asked.set("customer", String(customer.customer));
  return `/desk?${asked}`;
}

function Time({ name, ms }: { name: string; ms: number | null }) {
  return (
    <div>
      <dt class="label">{name}</dt>
      <dd>{ms === null ? "–" : duration(ms)}</dd>
    </div>
  );
}

function Offers({ offers, explained }: { offers: OfferLine[]; explained: boolean }) {
  const asked = useSignal<OfferLine | null>(null);
  return (
    <>
      <Part icon="bell" title={t("interaction.offers")}>
        {offers.length ? (
          <ol class="offers">
            {offers.map((offer) => (
              <li key={offer.offer}>
                <div class="row">
                  <span class={`dot ${offerTone(offer.result)}`} />
                  <strong>{offer.agent}</strong>
                  {offer.kind !== "contact" && <span class="badge">{code("offer_kind", offer.kind)}</span>}
                  <span class={`tone-${offerTone(offer.result)}`}>{code("offer", offer.result)}</span>
                  <span class="grow" />
                  <span class="quiet">{timeWithSeconds(offer.made_at)}</span>
                  <span class="quiet">{duration(offer.closed_at - offer.made_at)}</span>
                </div>
                <p>
                  {code("rule", offer.rule)}{" "}
                  {/* Whom a person named was not chosen among others. */}
                  {offer.kind === "contact" && (
                    <span class="quiet">
                      {offer.runner_up
                        ? t("interaction.runner_up", { name: offer.runner_up })
                        : t("interaction.nobody_else")}
                      {offer.step > 0 && ` ${t("interaction.step", { step: offer.step })}`}
                    </span>
                  )}
                </p>
                {explained && FROM_THE_LINE.includes(offer.kind) && (
                  <button class="button small" onClick={() => (asked.value = offer)}>
                    {t("why.open")}
                  </button>
                )}
              </li>
            ))}
          </ol>
        ) : (
          <p class="quiet">{t("interaction.no_offers")}</p>
        )}
      </Part>
      {asked.value && <Why offer={asked.value} onClose={() => (asked.value = null)} />}
    </>
  );
}

function Note({ note }: { note: NoteLine }) {
  return (
    <article class="note-line">
      <div class="row">
        <strong>
          {note.disposition
            ? either(code("disposition", note.disposition), note.disposition_zh)
            : note.kind === "contact" || note.kind === "outbound"
              ? t("interaction.not_coded")
              : code("work_kind", note.kind)}
        </strong>
        {note.transferred && <span class="badge">{t("interaction.transferred")}</span>}
        <span class="grow" />
        <span class="quiet">
          {t("interaction.by", { who: note.agent, at: timeWithSeconds(note.at) })}
        </span>
      </div>
      {note.note && <p>{note.note}</p>}
    </article>
  );
}

/** The customer's other contacts, the last ones first: where this one stands among them. */
function Others({ contacts }: { contacts: PastContact[] }) {
  return (
    <Part icon="clock" title={t("interaction.others")}>
      {contacts.length ? (
        <ol class="others">
          {contacts.map((one) => (
            <li key={one.interaction}>
              <a href={`/history/${one.interaction}`} onClick={onLink}>
                {dayAndTime(one.at, serverNow())}
              </a>
              <span class="row">
                <span class={`dot ${outcomeTone(one.outcome)}`} />
                {code("outcome", one.outcome || "live")}
              </span>
              <span class="quiet">
                {[either(one.queue, one.queue_zh), one.agent].filter(Boolean).join(" · ")}
              </span>
              <strong>{one.disposition && either(code("disposition", one.disposition), one.disposition_zh)}</strong>
              <span class="said">{one.note}</span>
            </li>
          ))}
        </ol>
      ) : (
        <p class="quiet">{t("interaction.no_others")}</p>
      )}
    </Part>
  );
}

function Part({ icon, title, children }: { icon: IconName; title: string; children: ComponentChildren }) {
  return (
    <section class="card part">
      <h2>
        <Icon name={icon} /> {title}
      </h2>
      {children}
    </section>
  );
}

/** Something may still come: the end, the recording, the note. */
function unfinished(interaction: Interaction): boolean {
  const last = Math.max(...interaction.segments.map((one) => one.to_at), interaction.started_at);
  return !interaction.outcome || serverNow() - last < LATE_MS;
}

/** Why there is nothing to hear, or not everything. */
function Unheard({ interaction }: { interaction: Interaction }) {
  const { recordings, unrecorded, outcome } = interaction;
  const failed = recordings.filter((one) => one.failed);
  const heard = recordings.some((one) => one.url);
  const why = unrecorded
    ? [code("recording_why", unrecorded)]
    : failed.map((one) => t("interaction.recording_failed", { reason: code("recording_why", one.failed) }));
  if (!heard && !why.length) {
    const later = !outcome || recordings.some((one) => one.length_ms === null);
    why.push(later ? t("interaction.recording_later") : t("interaction.no_recording"));
  }
  return why.map((text) => (
    <p key={text} class="quiet no-recording">
      <Icon name="volumeOff" /> {text}
    </p>
  ));
}
