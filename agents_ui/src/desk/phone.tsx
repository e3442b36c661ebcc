/** The desk's own phone: whether it can ring, how it sounds, and what to do when it can't. */
import { Icon } from "../parts/icon";
import { QualityBars } from "../parts/quality";
import { t } from "../texts";
import type { Me } from "../wire";
import type { Desk } from "./model";

export function PhoneLine({ desk, me }: { desk: Desk; me: Me }) {
  const state = desk.line.state.value;
  const good = state === "ready" && me.station;
  return (
    <div class="phone-line">
      <span class={good ? "tone-good" : state === "connecting" ? "quiet" : "tone-warn"}>
        <Icon name="headset" />
      </span>
      <span class="grow clip">{good ? t("line.ready") : t(`line.${state === "ready" ? "connecting" : state}`)}</span>
      <QualityBars level={desk.line.quality.value} />
    </div>
  );
}

export function PhoneNotice({ desk }: { desk: Desk }) {
  const state = desk.line.state.value;
  if (state === "elsewhere") {
    return (
      <div class="banner call" role="status">
        <Icon name="headset" />
        <span class="grow">{t("line.elsewhere_about")}</span>
        <button class="button small" onClick={() => desk.line.claim()}>
          {t("line.claim")}
        </button>
      </div>
    );
  }
  if (state === "no-microphone") {
    return (
      <div class="banner bad" role="alert">
        <Icon name="micOff" />
        <span class="grow">{t("line.no-microphone_about")}</span>
        <button class="button small" onClick={() => void desk.plugIn()}>
          {t("line.try_again")}
        </button>
      </div>
    );
  }
  if (state !== "lost" && state !== "failed") return null;
  return (
    <div class="banner warn" role="status">
      <Icon name="offline" />
      <span class="grow">{t(`line.${state}_about`)}</span>
    </div>
  );
}
