/** A telephone in the page, for whoever wants to call the centre. */
import { render } from "preact";
import "../styles/base.css";
import "../styles/call.css";
import type { Caller } from "../api";
import { Call, type Stage } from "../call/model";
import { serverNow } from "../clock";
import { duration, telephone } from "../format";
import { useKeys } from "../keys";
import { Frame } from "../parts/frame";
import { Icon } from "../parts/icon";
import { Keypad } from "../parts/keypad";
import { Notice } from "../parts/notice";
import { QualityBars } from "../parts/quality";
import { Ticking } from "../parts/ticking";
import { code, t, type Key } from "../texts";

const call = new Call();

function CallPage() {
  const stage = call.stage.value;
  const calling = stage === "dialling" || stage === "up" || stage === "interrupted";
  const rings = stage === "ringing";
  useKeys([
    { keys: ["c"], text: "keys.call", run: () => void call.ring(), on: !calling && !rings },
    { keys: ["a", "Enter"], text: "keys.answer", run: () => call.telephone.answer(), on: rings },
    { keys: ["Shift+D"], text: "keys.decline", run: () => call.telephone.decline(), on: rings },
    { keys: ["Shift+H"], text: "keys.hang_up", run: () => call.hangUp(), on: calling },
    { keys: ["m"], text: "keys.mute", run: () => call.active.value.toggleMute(), on: stage === "up" },
  ]);
  return (
    <Frame page="call" notices={<Troubles />}>
      <main id="main" class="calling">
        <section class="card phone" aria-label={t("call.phone")}>
          <Display />
          <Keypad on={stage === "up"} press={(digit) => call.active.value.press(digit)} />
          {rings ? <Ringing /> : <Controls calling={calling} />}
          <Plugged />
        </section>
        <div class="side">
          <Callers locked={calling || rings} />
          <Tips />
        </div>
      </main>
    </Frame>
  );
}

const TONES: Partial<Record<Stage, string>> = {
  up: "call",
  dialling: "warn",
  interrupted: "warn",
  ringing: "call",
  missed: "bad",
};

function Display() {
  const stage = call.stage.value;
  return (
    <div class={`display ${stage}`}>
      <p class="state" role={stage === "ringing" ? "alert" : "status"}>
        <span class={`dot ${TONES[stage] ?? ""}`} />
        {t(`call.stage.${stage}`)}
      </p>
      <p class="timer">
        {stage === "ringing" || stage === "missed" ? (
          <span class="clip">{call.telephone.centre.value}</span>
        ) : stage === "up" || stage === "interrupted" ? (
          // The timer runs on the page's own clock: a caller needs no connection to our time.
          <Ticking at={call.upAt.value + serverNow() - Date.now()} />
        ) : stage === "ended" ? (
          duration(call.endedAt.value - call.upAt.value)
        ) : (
          "0:00"
        )}
      </p>
      <p class="as">
        <Parties />
        <QualityBars level={stage === "up" ? call.active.value.quality.value : null} />
      </p>
    </div>
  );
}

/** Who calls whom. */
function Parties() {
  const stage = call.stage.value;
  const name = call.caller.value && callerName(call.caller.value);
  if (!name) return <span class="clip">{t("frame.loading")}</span>;
  if (stage === "ringing" || stage === "missed")
    return <span class="clip">{t("call.for", { number: telephone(call.telephone.number.value), name })}</span>;
  if (call.isCalled.value)
    return <span class="clip">{t("call.with", { name, centre: call.telephone.centre.value })}</span>;
  return <span class="clip">{t("call.as", { name })}</span>;
}

function Controls({ calling }: { calling: boolean }) {
  const line = call.active.value;
  const muted = line.muted.value;
  return (
    <div class="controls">
      <button
        class="round"
        aria-pressed={muted}
        disabled={call.stage.value !== "up"}
        onClick={() => line.toggleMute()}
      >
        <Icon name={muted ? "micOff" : "mic"} />
        <span>{muted ? t("contact.unmute") : t("contact.mute")}</span>
      </button>
      <button
        class={`round main ${calling ? "end" : "answer"}`}
        disabled={!calling && !call.caller.value}
        onClick={() => (calling ? call.hangUp() : void call.ring())}
      >
        <Icon name={calling ? "hangup" : "phone"} />
        <span>{calling ? t("contact.hang_up") : t("call.ring")}</span>
      </button>
      <span class="round placeholder" aria-hidden="true" />
    </div>
  );
}

function Ringing() {
  return (
    <div class="controls two">
      <button class="round main end" onClick={() => call.telephone.decline()}>
        <Icon name="hangup" />
        <span>{t("contact.decline")}</span>
      </button>
      <button class="round main answer rings" onClick={() => call.telephone.answer()}>
        <Icon name="phone" />
        <span>{t("contact.answer")}</span>
      </button>
    </div>
  );
}

/** Whether one can be called here. */
function Plugged() {
  const caller = call.caller.value;
  const stage = call.stage.value;
  const busy = !caller || stage === "dialling" || stage === "up" || stage === "interrupted";
  if (busy) return <p class="plugged" aria-hidden="true" />;
  const on = call.telephone.isOn.value;
  return (
    <p class="plugged" role="status">
      <span class={`dot ${on ? "good" : ""}`} />
      <span>
        {!caller.number
          ? t("call.phone_none")
          : on
            ? t("call.phone_on", { number: telephone(caller.number) })
            : t("call.phone_off")}
      </span>
    </p>
  );
}

function Callers({ locked }: { locked: boolean }) {
  const callers = call.callers.value;
  return (
    <section class="card callers">
      <h2 id="who">{t("call.who")}</h2>
      {callers ? (
        <fieldset disabled={locked} aria-labelledby="who">
          {callers.map((one) => (
            <label key={one.id} class="one">
              <input
                type="radio"
                name="caller"
                checked={one.id === call.chosen.value}
                onChange={() => (call.chosen.value = one.id)}
              />
              <span class="grow">
                <strong>{callerName(one)}</strong>
                <span class="quiet nowrap">{one.number ? telephone(one.number) : t("caller.withheld")}</span>
                {one.note && <span class="note">{one.note}</span>}
              </span>
            </label>
          ))}
        </fieldset>
      ) : call.problem.value ? (
        <button class="button" onClick={() => void call.load()}>
          {t("error.try_again")}
        </button>
      ) : (
        <div class="skeleton" style={{ height: "180px" }} role="status" aria-label={t("frame.loading")} />
      )}
    </section>
  );
}

function Tips() {
  return (
    <section class="tips">
      <h2>{t("call.tips")}</h2>
      <ul>
        <li>
          <Icon name="mic" /> {t("call.tip_microphone")}
        </li>
        <li>
          <Icon name="list" /> {t("call.tip_keys")}
        </li>
        <li>
          <Icon name="bell" /> {t("call.tip_called")}
        </li>
        <li>
          <Icon name="headset" /> {t("call.tip_two_tabs")}
        </li>
      </ul>
    </section>
  );
}

const STRANGERS: Record<string, Key> = { unknown: "stranger.unknown", withheld: "stranger.withheld" };

/** Who is no customer of the demonstration has no name of their own. */
function callerName(caller: Caller): string {
  const key = STRANGERS[caller.id];
  return key ? t(key) : caller.name;
}

function Troubles() {
  const { error, silent, hushed } = call.telephone.ringing.value ? call.telephone.line : call.active.value;
  if (error.value) return <Notice tone="bad" icon="micOff" text={t(`line_error.${error.value}`)} />;
  if (call.problem.value) return <Notice tone="bad" icon="alert" text={code("error", call.problem.value)} />;
  if (call.stage.value === "interrupted")
    return <Notice tone="warn" icon="offline" text={t("call.interrupted_about")} />;
  if (silent.value) return <Notice tone="warn" icon="volumeOff" text={t("line.silent_about")} />;
  return hushed.value ? <Notice tone="call" icon="headset" text={t("line.hushed_about")} /> : null;
}

void call.load();
void call.resume();
const root = document.getElementById("root");
if (root) render(<CallPage />, root);
