/**
 * The buttons of a contact, in one row that keeps its place from the first ring to the wrap-up. What is not possible
 * now is grey; keys work as the buttons do, with Alt also while one writes. Shift ends something.
 */
import type { ComponentChildren } from "preact";
import { useKeys } from "../keys";
import { Icon, type IconName } from "../parts/icon";
import { patient } from "../parts/patient";
import { t, type Key } from "../texts";
import type { DeskContact } from "../wire";
import { Keys } from "./keys";
import type { Desk } from "./model";
import { goesOn } from "./stages";

interface Props {
  desk: Desk;
  contact: DeskContact;
}

export function Controls({ desk, contact, mayReject }: Props & { mayReject: boolean }) {
  if (contact.stage === "offered") return <Offered desk={desk} contact={contact} mayReject={mayReject} />;
  if (contact.stage === "talking") return <Talking desk={desk} contact={contact} />;
  if (contact.stage === "dialling") return <Dialling desk={desk} contact={contact} />;
  return (
    <Row>
      <span class="quiet" role="status">
        {goesOn(contact)} {t("contact.wrap_up_about")}
      </span>
    </Row>
  );
}

function Offered({ desk, contact, mayReject }: Props & { mayReject: boolean }) {
  const usable = desk.line.usable.value;
  const answering = desk.answering.value === contact.offer;
  useKeys([
    { keys: ["a", "Enter"], text: "keys.answer", run: () => desk.answer(), on: usable && !answering },
    // Who may not decline need not know of a key for it.
    ...(mayReject
      ? [{ keys: ["Shift+D"], text: "keys.decline" as const, run: () => desk.decline(), on: !answering }]
      : []),
  ]);
  return (
    <Row>
      <span class="grow" />
      {mayReject && (
        <button class="button big" disabled={answering} onClick={() => desk.decline()}>
          {t("contact.decline")} <kbd aria-hidden="true">⇧ D</kbd>
        </button>
      )}
      <button class="button big answer" disabled={!usable || answering} onClick={() => desk.answer()}>
        <Icon name="phone" />
        {answerText(desk, answering)} <kbd aria-hidden="true">A</kbd>
      </button>
    </Row>
  );
}

function answerText(desk: Desk, answering: boolean): string {
  if (answering) return t("contact.answering");
  if (desk.line.usable.value) return t("contact.answer");
  return desk.line.state.value === "watching" ? t("contact.elsewhere") : t("contact.no_phone");
}

function Talking({ desk, contact }: Props) {
  const usable = desk.line.usable.value;
  const owns = contact.kind !== "consult" && contact.direction !== "internal";
  return (
    <Row>
      {owns && <Hold desk={desk} held={contact.held} />}
      <Mute desk={desk} />
      <Keypad desk={desk} on={usable} />
      {owns && (
        <Act
          icon="transfer"
          text={t("contact.send")}
          sign="T"
          keys={["t", "Alt+t"]}
          means="keys.send"
          busy={desk.busy.value}
          on={desk.may("transfer") || desk.may("consult")}
          run={() => (desk.sending.value = true)}
        />
      )}
      <span class="grow" />
      {contact.kind === "consult" ? <Leave desk={desk} /> : <HangUp desk={desk} />}
    </Row>
  );
}

function Dialling({ desk }: Props) {
  return (
    <Row>
      <Mute desk={desk} />
      <span class="grow" />
      <HangUp desk={desk} />
    </Row>
  );
}

function Hold({ desk, held }: { desk: Desk; held: boolean }) {
  return (
    <Act
      icon={held ? "play" : "pause"}
      text={held ? t("contact.resume") : t("contact.hold")}
      sign="H"
      keys={["h", "Alt+h"]}
      means="keys.hold"
      pressed={held}
      busy={desk.busy.value}
      on={desk.may(held ? "resume" : "hold")}
      run={() => desk.control(held ? "resume" : "hold")}
    />
  );
}

function Mute({ desk }: { desk: Desk }) {
  const muted = desk.line.muted.value;
  return (
    <Act
      icon={muted ? "micOff" : "mic"}
      text={muted ? t("contact.unmute") : t("contact.mute")}
      sign="M"
      keys={["m", "Alt+m"]}
      means="keys.mute"
      pressed={muted}
      on={desk.line.usable.value}
      run={() => desk.line.toggleMute()}
    />
  );
}

function Keypad({ desk, on }: { desk: Desk; on: boolean }) {
  return (
    <div class="keys-anchor">
      <Act
        icon="keypad"
        text={t("contact.keys")}
        sign="K"
        keys={["k", "Alt+k"]}
        means="keys.keys"
        open={desk.keypad.value}
        on={on}
        run={() => (desk.keypad.value = !desk.keypad.value)}
      />
      {desk.keypad.value && <Keys desk={desk} />}
    </div>
  );
}

function Leave({ desk }: { desk: Desk }) {
  return (
    <Act
      icon="out"
      text={t("contact.leave")}
      sign="⇧ H"
      keys={["Shift+H", "Alt+Shift+H"]}
      means="keys.leave"
      class="end"
      busy={desk.busy.value}
      on={desk.may("leave")}
      run={() => desk.control("leave")}
    />
  );
}

function HangUp({ desk }: { desk: Desk }) {
  return (
    <Act
      icon="hangup"
      text={t("contact.hang_up")}
      sign="⇧ H"
      keys={["Shift+H", "Alt+Shift+H"]}
      means="keys.hang_up"
      class="end"
      on
      run={() => desk.hangUp()}
    />
  );
}

/** What the keys of a call will be, for the help sheet of somebody who is in none. */
export function KeysInACall() {
  useKeys(
    (
      [
        ["h", "keys.hold"],
        ["m", "keys.mute"],
        ["k", "keys.keys"],
        ["t", "keys.send"],
        ["s", "keys.swap"],
        ["c", "keys.conference"],
        ["b", "keys.take_back"],
        ["Shift+T", "keys.complete"],
        ["p", "keys.pause_recording"],
        ["Shift+H", "keys.hang_up"],
      ] as const
    ).map(([key, text]) => ({ keys: [key], text, group: "help.call", on: false, run: () => undefined })),
  );
  return null;
}

interface ActProps {
  icon: IconName;
  text: string;
  /** says more than the text, when that is short */
  about?: string;
  /** as it is printed on the button */
  sign: string;
  keys: string[];
  means: Key;
  on: boolean;
  run: () => void;
  pressed?: boolean;
  /** it opens something, which is open now */
  open?: boolean;
  /** an ask is on its way: not before it is answered */
  busy?: boolean;
  class?: string;
}

/** A button and its key. */
export function Act(props: ActProps) {
  const { icon, text, sign, keys, means, on, run, pressed, open, busy = false, class: name = "" } = props;
  useKeys([{ keys, text: means, run, on: on && !busy, group: "help.call" }]);
  return (
    <button
      class={`button act ${name}`}
      disabled={!on}
      {...patient(busy, run)}
      aria-pressed={pressed}
      aria-expanded={open}
      title={props.about}
    >
      <Icon name={icon} />
      <span>{text}</span> <kbd aria-hidden="true">{sign}</kbd>
    </button>
  );
}

function Row({ children }: { children: ComponentChildren }) {
  return <div class="actions">{children}</div>;
}
