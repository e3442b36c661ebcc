/** Whom I listen to, in which part, since when; and a call of my own, if there is one. */
import { useKeys } from "../keys";
import { Icon, type IconName } from "../parts/icon";
import { patient } from "../parts/patient";
import { QualityBars } from "../parts/quality";
import { Ticking } from "../parts/ticking";
import { inARow, t } from "../texts";
import { PARTS, type Floor, type Power } from "./model";

const ICONS: Record<string, IconName> = { listens: "headset", coaches: "whisper", talks: "speak" };
const KEYS: Record<Power, string> = { monitor: "L", coach: "W", barge: "⇧ B" };

export function Strip({ floor }: { floor: Floor }) {
  const me = floor.me.value;
  if (me?.watching != null) return <Watching floor={floor} part={me.watching_part} />;
  return floor.own.value ? <Own floor={floor} /> : null;
}

function Watching({ floor, part }: { floor: Floor; part: string }) {
  const watched = floor.watched.value;
  const names = inARow(watched.map((one) => one.name));
  const queue = watched[0] ? floor.queueTitle(watched[0].contact_queue) : "";
  const powers = (Object.keys(PARTS) as Power[]).filter((power) => floor.may(power));
  useKeys([
    { keys: ["x"], text: "keys.leave_talk", run: () => floor.leave() },
    { keys: ["Shift+T"], text: "keys.take_over", run: () => floor.askToTakeOver(), on: part !== "" },
  ]);
  return (
    <section class={`strip part-${part || "none"}`} aria-label={t("watching.part")}>
      <span class="who">
        <Icon name={ICONS[part] ?? "phone"} />
        <strong role="status">{t(`watching.${part as "listens" | "coaches" | "talks" | ""}`)}</strong>
        <span class="clip">{names && t("watching.with", { name: names, queue })}</span>
        {part && <Ticking at={floor.watchedSince.value} class="since" />}
        <QualityBars level={floor.line.quality.value} />
      </span>
      <span class="parts" role="group" aria-label={t("watching.part")}>
        {powers.map((power) => (
          <button
            key={power}
            class="button small"
            aria-pressed={PARTS[power] === part}
            disabled={!part}
            title={t(`power.${power}_about`)}
            {...patient(floor.busy.value, () => void floor.join(power))}
          >
            <Icon name={ICONS[PARTS[power]] ?? "headset"} />
            {t(`power.${power}`)} <kbd aria-hidden="true">{KEYS[power]}</kbd>
          </button>
        ))}
      </span>
      <span class="row">
        {floor.may("take-over") && (
          <button
            class="button small"
            disabled={!part || !watched.length}
            {...patient(floor.busy.value, () => floor.askToTakeOver())}
          >
            <Icon name="transfer" /> {t("sheet.take_over")} <kbd aria-hidden="true">⇧ T</kbd>
          </button>
        )}
        <button class="button small end" onClick={() => floor.leave()}>
          <Icon name="hangup" /> {t("power.leave")} <kbd aria-hidden="true">X</kbd>
        </button>
      </span>
    </section>
  );
}

const STAGES = { offered: "own.offered", dialling: "own.dialling", talking: "own.call", wrap_up: "own.wrap_up" } as const;

function Own({ floor }: { floor: Floor }) {
  const own = floor.own.value;
  if (!own) return null;
  return (
    <section class="strip part-talks" aria-label={t("own.call")}>
      <span class="who">
        <Icon name="phone" />
        <strong role="status">{t(STAGES[own.stage as keyof typeof STAGES])}</strong>
        <span class="clip">{own.customer?.name ?? ""}</span>
        <Ticking at={own.stage_at} class="since" />
      </span>
      <span class="row">
        <a class="button small" href="/desk">
          {t("own.desk")}
        </a>
        {own.can.includes("end-contact") && (
          <button class="button small end" onClick={() => floor.hangUp()}>
            <Icon name="hangup" /> {t("own.hang_up")}
          </button>
        )}
      </span>
    </section>
  );
}
