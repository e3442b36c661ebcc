/** Who waits, in the order in which they are served: what they need, how far that was relaxed, whose desk rings. */
import { second } from "../clock";
import { time } from "../format";
import { Icon } from "../parts/icon";
import { Ticking } from "../parts/ticking";
import { gradeClass } from "../states";
import { inARow, queueTitle, t } from "../texts";
import type { WaitingRow } from "../wire";
import type { Floor } from "./model";
import { inOrder } from "./order";


export function Waiting({ floor }: { floor: Floor }) {
  const shown = floor.waiting.value.filter((one) => !floor.queue.value || one.queue === floor.queue.value);
  const rows = inOrder(shown, second.value);
  const first = firsts(rows);
  const pulls = floor.may("pull-forward");
  return (
    <section class="card panel waiting" aria-label={t("waiting.title")}>
      <header>
        <Icon name="clock" />
        <h2>{t("waiting.title")}</h2>
        <span class="quiet">{rows.length || ""}</span>
        {rows.length > 1 && <span class="label clip">{t("waiting.order")}</span>}
      </header>
      {rows.length ? (
        <div class="table-scroll" tabIndex={0} role="group" aria-label={t("waiting.title")}>
          <table class="grid">
            <thead>
              <tr>
                <th scope="col">{t("waiting.who")}</th>
                <th scope="col">{t("waiting.queue")}</th>
                <th scope="col" class="num">
                  {t("waiting.since")}
                </th>
                <th scope="col">{t("waiting.offered")}</th>
                {pulls && (
                  <th scope="col">
                    <span class="hidden-text">{t("agents.actions")}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <Line key={one.contact} one={one} floor={floor} pulls={pulls} next={first.has(one)} />
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div class="empty">
          <Icon name="check" />
          <strong>{t("waiting.none")}</strong>
        </div>
      )}
    </section>
  );
}

/** The first one of each queue; who is sent to somebody stands in no line. */
export function firsts(inOrder: readonly WaitingRow[]): Set<WaitingRow> {
  const byQueue = new Map<string, WaitingRow>();
  for (const one of inOrder) if (!one.sent_by && !byQueue.has(one.queue)) byQueue.set(one.queue, one);
  return new Set(byQueue.values());
}

interface Props {
  one: WaitingRow;
  floor: Floor;
  pulls: boolean;
  /** nobody in this queue is before this one */
  next: boolean;
}

function Line({ one, floor, pulls, next }: Props) {
  const who = one.customer || t("caller.unknown");
  const needs = inARow(one.skills.map((skill) => floor.skillName(skill)));
  return (
    <tr>
      <td>
        <span class="row">
          {one.grade && <span class={gradeClass(one.grade)}>{one.grade}</span>}
          <span class="clip">{who}</span>
          {one.lift > 0 && (
            <span class="tone-good" title={t("waiting.in_front")}>
              <Icon name="up" label={t("waiting.in_front")} />
            </span>
          )}
        </span>
      </td>
      <td title={needs && `${t("waiting.needs")}: ${needs}`}>
        <span class="row">
          <span class="clip">{queueTitle(one)}</span>
          {one.step > 0 && (
            <span class="badge" title={t("waiting.step_about", { step: one.step })}>
              {t("waiting.step", { step: one.step })}
            </span>
          )}
        </span>
      </td>
      <td class="num" title={one.since_at < one.entered_at ? t("waiting.age", { at: time(one.since_at) }) : undefined}>
        <Ticking at={one.entered_at} />
      </td>
      <td>
        <span class="row">
          {one.offered_to ? (
            <span class="tone-warn row">
              <Icon name="bell" /> <span class="clip">{one.offered_to}</span>
            </span>
          ) : one.sent_by ? (
            <span class="quiet">{t("waiting.sent_by", { name: one.sent_by })}</span>
          ) : (
            one.refusals === 0 && <span class="quiet">–</span>
          )}
          {(one.offered_to ? one.refused_often : one.refusals > 0) && (
            <span class={`badge ${one.refused_often ? "bad" : "warn"}`} title={t("waiting.refused_about")}>
              {one.offered_to ? `${one.refusals}×` : t("waiting.refused", { times: one.refusals })}
            </span>
          )}
        </span>
      </td>
      {pulls && (
        <td class="actions">
          {!next && !one.sent_by && (
            <button
              class="button ghost icon-only"
              disabled={floor.busy.value}
              title={t("waiting.pull")}
              aria-label={t("waiting.pull_who", { who })}
              onClick={() => void floor.pull(one)}
            >
              <Icon name="up" />
            </button>
          )}
        </td>
      )}
    </tr>
  );
}
