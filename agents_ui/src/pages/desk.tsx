/** The agent's desk: own state and to-do on the left, the contact with its record in the middle. */
import { render } from "preact";
import "../styles/base.css";
import "../styles/desk.css";
import { time } from "../format";
import { useKeys } from "../keys";
import { Feed, feedUrl } from "../feed";
import { alarmFor } from "../desk/alarm";
import { Contact } from "../desk/contact";
import { KeysInACall } from "../desk/controls";
import { sweepDrafts } from "../desk/drafts";
import { askedFor, Desk } from "../desk/model";
import { NewCall } from "../desk/newcall";
import { PhoneLine, PhoneNotice } from "../desk/phone";
import { BellSettings, Presence, justSignedIn } from "../desk/presence";
import { Todos } from "../desk/todos";
import { unlockSound } from "../parts/bell";
import { Frame } from "../parts/frame";
import { Icon } from "../parts/icon";
import { Notice } from "../parts/notice";
import { t } from "../texts";
import type { Me } from "../wire";

function DeskPage({ desk }: { desk: Desk }) {
  const me = desk.me.value;
  return (
    <Frame
      page="desk"
      feed={desk.feed}
      visitor={desk.feed.hello.value}
      notices={me && <Notices desk={desk} me={me} />}
    >
      {me === null ? (
        <main id="main" class="empty">
          <Icon name="headset" />
          <strong>{t("desk.none")}</strong>
          <p>{t("desk.none_about")}</p>
        </main>
      ) : (
        <main id="main" class="desk">
          <aside>
            {me ? (
              <>
                <Presence desk={desk} me={me} />
                <div class="card phone-card">
                  <PhoneLine desk={desk} />
                  <CallOut desk={desk} />
                  <BellSettings />
                </div>
                <Todos desk={desk} />
              </>
            ) : (
              <div
                class="card skeleton"
                style={{ height: "180px" }}
                role="status"
                aria-label={t("frame.loading")}
              />
            )}
          </aside>
          {me && <Middle desk={desk} me={me} />}
          {desk.calling.value && <NewCall desk={desk} begin={desk.calling.value} />}
          {desk.contact.value?.stage !== "talking" && <KeysInACall />}
        </main>
      )}
    </Frame>
  );
}

/** A new call, from wherever one is. */
function CallOut({ desk }: { desk: Desk }) {
  const open = () => (desk.calling.value = { words: "", customer: null });
  useKeys([{ keys: ["n"], text: "keys.call_out", run: open, on: !desk.contact.value }]);
  return (
    <button class="button call-out-button" disabled={!desk.mayCall.value} onClick={open}>
      <Icon name="phone" />
      <span class="grow">{t("call_out.open")}</span>
      {!desk.contact.value && <kbd aria-hidden="true">N</kbd>}
    </button>
  );
}

const CALM_ICONS = {
  idle: "headset",
  no_phone: "offline",
  no_queue: "alert",
  missed: "alert",
  signed_in: "headset",
  away: "cup",
  off: "power",
  watching: "headset",
} as const;

function Middle({ desk, me }: { desk: Desk; me: Me }) {
  const contact = desk.contact.value;
  if (contact) return <Contact desk={desk} contact={contact} mayReject={me.may_reject} />;
  const calm = calmOf(me);
  return (
    <div class="empty calm">
      <Icon name={CALM_ICONS[calm]} />
      <strong>{t(`calm.${calm}`)}</strong>
      <p>{t(`calm.${calm}_about`)}</p>
    </div>
  );
}

function calmOf(me: Me): keyof typeof CALM_ICONS {
  if (me.watching !== null) return "watching";
  if (me.routing === "idle") return !me.station ? "no_phone" : me.queues.length ? "idle" : "no_queue";
  if (me.routing === "not_responding") return "missed";
  if (justSignedIn(me)) return "signed_in";
  return me.presence === "away" ? "away" : "off";
}

function Notices({ desk, me }: { desk: Desk; me: Me }) {
  return (
    <>
      {me.routing === "not_responding" && (
        <Notice tone="solid" icon="alert" text={<Missed at={me.since_at} />}>
          <button class="button" onClick={() => desk.ready()}>
            {t("presence.come_back")} <kbd aria-hidden="true">R</kbd>
          </button>
        </Notice>
      )}
      <PhoneNotice desk={desk} />
    </>
  );
}

function Missed({ at }: { at: number }) {
  return (
    <>
      <strong>{t("missed.title", { time: time(at) })}</strong> {t("missed.about")}
    </>
  );
}

sweepDrafts();
unlockSound();
const desk = new Desk(new Feed(feedUrl()));
alarmFor(desk);
void desk.plugIn();
desk.calling.value = askedFor();
const root = document.getElementById("root");
if (root) render(<DeskPage desk={desk} />, root);
