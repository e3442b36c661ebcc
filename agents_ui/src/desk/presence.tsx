/** The agent's own state: what the system holds them to be, since when, and what they may choose next. */
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { Modal } from "../parts/modal";
import { patient } from "../parts/patient";
import { Ticking } from "../parts/ticking";
import { routingTone } from "../states";
import { code, t } from "../texts";
import type { Me } from "../wire";
import { askForNotifications, notifications, ringOn, toggleRing } from "./alarm";
import type { Desk } from "./model";
import { afterThis, breakName, queuesOf, stateName } from "./stages";

export function Presence({ desk, me }: { desk: Desk; me: Me }) {
  const busy = desk.busy.value;
  const engaged = ["offered", "on_contact", "wrap_up"].includes(me.routing);
  const canReady = me.presence !== "ready" || me.routing === "not_responding" || me.postponed !== "";
  const canBreak = me.presence !== "offline" || engaged;
  const asking = !!desk.contact.value?.consultation;
  const ringing = desk.contact.value?.stage === "offered";
  useKeys([
    { keys: ["r"], text: "keys.ready", run: () => desk.ready(), on: canReady && !busy },
    {
      keys: ["b"],
      text: "keys.break",
      run: () => (desk.choosing.value = true),
      // While somebody is asked, that key takes the caller back; while it rings, there is one thing to do.
      on: canBreak && !asking && !ringing,
    },
  ]);
  return (
    <section class={`card presence tone-${tone(me)}`} aria-label={t("presence.label")}>
      <div class="now">
        <span class={`dot ${tone(me)}`} />
        <strong role="status">{stateName(me)}</strong>
        <Ticking at={me.since_at} class="since" />
      </div>
      <p class="about">{about(me)}</p>
      {me.queues.length > 0 && (
        <p class="label serves">
          {t("presence.queues")}: {queuesOf(me)}
        </p>
      )}
      <div class="choices">
        {canReady && (
          <button class="button primary" {...patient(busy, () => desk.ready())}>
            <Icon name="check" />
            <span class="grow">{readyText(me)}</span>
            <kbd aria-hidden="true">R</kbd>
          </button>
        )}
        {canBreak && (
          <button class="button" {...patient(busy, () => (desk.choosing.value = true))}>
            <Icon name="cup" />
            <span class="grow">{engaged ? t("presence.break_after") : t("presence.break")}</span>
            {!asking && <kbd aria-hidden="true">B</kbd>}
          </button>
        )}
        {me.presence !== "offline" && me.postponed !== "offline" && (
          <button class="button ghost" {...patient(busy, () => desk.signOff())}>
            <Icon name="power" />
            <span class="grow">{engaged ? t("presence.off_after") : t("presence.off")}</span>
          </button>
        )}
      </div>
      {desk.choosing.value && <BreakReasons desk={desk} me={me} />}
    </section>
  );
}

/** What the agent's bell and notifications do. */
export function BellSettings() {
  return (
    <div class="bell-settings">
      <button class="button ghost small" aria-pressed={!ringOn.value} onClick={toggleRing}>
        <Icon name={ringOn.value ? "bell" : "volumeOff"} />
        {ringOn.value ? t("bell.on") : t("bell.off")}
      </button>
      {notifications.value === "default" && (
        <button class="button ghost small" onClick={() => void askForNotifications()}>
          {t("bell.notify")}
        </button>
      )}
    </div>
  );
}

function BreakReasons({ desk, me }: { desk: Desk; me: Me }) {
  const choose = (reason: string) => {
    desk.choosing.value = false;
    desk.away(reason);
  };
  return (
    <Modal title={t("presence.why")} onClose={() => (desk.choosing.value = false)}>
      <Reasons me={me} choose={choose} />
    </Modal>
  );
}

function Reasons({ me, choose }: { me: Me; choose: (reason: string) => void }) {
  const reasons = me.break_reasons;
  const numbered = reasons.slice(0, 9);
  useKeys([
    {
      keys: numbered.map((_, index) => `${index + 1}`),
      text: "keys.reason",
      run: (key) => choose(numbered[Number(key) - 1] ?? ""),
    },
  ]);
  return (
    <div class="reasons">
      {reasons.map((reason, index) => (
        <button key={reason} class="button big" autofocus={index === 0} onClick={() => choose(reason)}>
          <span class="grow">{breakName(me, reason)}</span>
          {index < 9 && <kbd aria-hidden="true">{index + 1}</kbd>}
        </button>
      ))}
    </div>
  );
}

function tone(me: Me): string {
  return me.routing === "off_queue" && me.presence === "away" ? "warn" : routingTone(me.routing);
}

function about(me: Me): string {
  if (me.postponed) return afterThis(me);
  if (me.routing === "idle" && !me.queues.length) return t("presence.about_no_queue");
  if (justSignedIn(me)) return t("presence.about_signed_in");
  if (me.routing === "off_queue" && me.presence === "away") return t("presence.about_away");
  if (me.watching !== null) return t("calm.watching");
  if (me.routing === "idle" && !me.station) return t("calm.no_phone_about");
  return code("presence.about", me.routing);
}

function readyText(me: Me): string {
  if (me.routing === "not_responding") return t("presence.come_back");
  if (me.postponed) return t("presence.stay_ready");
  return me.presence === "away" && !justSignedIn(me) ? t("presence.back") : t("presence.ready");
}

/** Nobody has been ready yet, so nobody comes back to it. */
export function justSignedIn(me: Me): boolean {
  return me.routing === "off_queue" && me.presence === "away" && me.reason === "signed_in";
}
