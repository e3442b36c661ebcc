/** A telephone in the page, for whoever wants to call the centre. */
import { render } from "preact";
import "../styles/base.css";
import "../styles/call.css";
import { Call } from "../call/model";
import { serverNow } from "../clock";
import { duration, telephone } from "../format";
import { useKeys } from "../keys";
import { Frame } from "../parts/frame";
import { Icon } from "../parts/icon";
import { Keypad } from "../parts/keypad";
import { Notice } from "../parts/notice";
import { QualityBars } from "../parts/quality";
import { Ticking } from "../parts/ticking";
import { code, t } from "../texts";

const call = new Call();

function CallPage() {
  const stage = call.stage.value;
  const calling = stage === "dialling" || stage === "up" || stage === "interrupted";
  useKeys([
    { keys: ["c"], text: "keys.call", run: () => void call.ring(), on: !calling },
    { keys: ["Shift+H"], text: "keys.hang_up", run: () => call.hangUp(), on: calling },
    { keys: ["m"], text: "keys.mute", run: () => call.line.toggleMute(), on: stage === "up" },
  ]);
  return (
    <Frame page="call" notices={<Troubles />}>
      <main id="main" class="calling">
        <section class="card phone" aria-label={t("call.phone")}>
          <Display />
          <Keypad on={stage === "up"} press={(digit) => call.line.press(digit)} />
          <Controls calling={calling} />
        </section>
        <div class="side">
          <Callers locked={calling} />
          <Tips />
        </div>
      </main>
    </Frame>
  );
}

function Display() {
  const stage = call.stage.value;
  const caller = call.caller.value;
  return (
    <div class={`display ${stage}`}>
      <p class="state" role="status">
        <span
          class={`dot ${stage === "up" ? "call" : stage === "dialling" || stage === "interrupted" ? "warn" : ""}`}
        />
        {t(`call.stage.${stage}`)}
      </p>
      <p class="timer">
        {stage === "up" || stage === "interrupted" ? (
          // The timer runs on the page's own clock: a caller needs no connection to our time.
          <Ticking at={call.upAt.value + serverNow() - Date.now()} />
        ) : stage === "ended" ? (
          duration(call.endedAt.value - call.upAt.value)
        ) : (
          "0:00"
        )}
      </p>
      <p class="as">
        <span class="clip">{caller ? t("call.as", { name: caller.name }) : t("frame.loading")}</span>
        <QualityBars level={stage === "up" ? call.line.quality.value : null} />
      </p>
    </div>
  );
}

function Controls({ calling }: { calling: boolean }) {
  const muted = call.line.muted.value;
  return (
    <div class="controls">
      <button
        class="round"
        aria-pressed={muted}
        disabled={call.stage.value !== "up"}
        onClick={() => call.line.toggleMute()}
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
                <strong>{one.name}</strong>
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
          <Icon name="headset" /> {t("call.tip_two_tabs")}
        </li>
      </ul>
    </section>
  );
}

function Troubles() {
  const { error, silent, hushed } = call.line;
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
