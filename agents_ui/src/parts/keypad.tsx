/** The keypad, by mouse, touch and keyboard; a pressed key lights up whichever way it was pressed. */
import { useSignal } from "@preact/signals";
import { useKeys } from "../keys";
import { t } from "../texts";

const KEYS = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
] as const;
const LIT_MS = 160;

export function Keypad({ on, press }: { on: boolean; press: (digit: string) => void }) {
  const lit = useSignal("");
  const hit = (digit: string) => {
    press(digit);
    lit.value = digit;
    setTimeout(() => lit.value === digit && (lit.value = ""), LIT_MS);
  };
  useKeys([{ keys: KEYS.map(([digit]) => digit), text: "keys.keypad", run: hit, on }]);
  return (
    <div class="keypad" role="group" aria-label={t("keypad.label")}>
      {KEYS.map(([digit, letters]) => (
        <button
          key={digit}
          class={lit.value === digit ? "lit" : ""}
          disabled={!on}
          onClick={() => hit(digit)}
          aria-label={t("keypad.key", { digit })}
        >
          <span>{digit}</span>
          <small>{letters}</small>
        </button>
      ))}
    </div>
  );
}
