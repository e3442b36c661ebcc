/** Who waits, in the order of their wait, and whose desk rings for them just now. */
import { Icon } from "../parts/icon";
import { Ticking } from "../parts/ticking";
import { gradeClass } from "../states";
import { code, t } from "../texts";
import type { WaitingRow } from "../wire";

export function Waiting({ waiting }: { waiting: WaitingRow[] }) {
  const rows = waiting.toSorted((a, b) => a.since_at - b.since_at);
  return (
    <section class="card panel waiting" aria-label={t("waiting.title")}>
      <header>
        <Icon name="clock" />
        <h2>{t("waiting.title")}</h2>
        <span class="quiet">{rows.length || ""}</span>
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
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <tr key={one.contact}>
                  <td>
                    <span class="row">
                      {one.grade && <span class={gradeClass(one.grade)}>{one.grade}</span>}
                      <span class="clip">{one.customer || t("caller.unknown")}</span>
                    </span>
                  </td>
                  <td title={one.skills.map((skill) => code("skill", skill)).join(", ")}>
                    {one.queue_title}
                  </td>
                  <td class="num">
                    <Ticking at={one.since_at} />
                  </td>
                  <td>
                    {one.offered_to ? (
                      <span class="tone-warn row">
                        <Icon name="bell" /> {one.offered_to}
                      </span>
                    ) : (
                      <span class="quiet">–</span>
                    )}
                  </td>
                </tr>
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
