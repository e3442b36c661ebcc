/** The telephone's keys for the other side: what is pressed here, or typed while they are shown, is heard there. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useKeys } from "../keys";
import { Keypad } from "../parts/keypad";
import { t } from "../texts";
import type { Desk } from "./model";

const SHOWN_MAX = 20;

export function Keys({ desk }: { desk: Desk }) {
  const box = useRef<HTMLDivElement>(null);
  const pressed = useSignal("");
  const close = () => (desk.keypad.value = false);
  useLayoutEffect(() => {
    // So that digits don't go into a note that is half written; it has the focus again afterwards.
    const before = document.activeElement;
    const keys = box.current;
    keys?.focus();
    return () => {
      const isHere = keys?.contains(document.activeElement);
      if (isHere && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useKeys([{ keys: ["Escape"], text: "keys.close", run: close, typing: true }]);
  return (
    <div ref={box} class="card keys-popover" role="dialog" aria-label={t("contact.keys")} tabIndex={-1}>
      <output class="pressed" aria-label={t("contact.pressed")}>
        {pressed.value || " "}
      </output>
      <Keypad
        on
        press={(digit) => {
          desk.line.press(digit);
          pressed.value = (pressed.value + digit).slice(-SHOWN_MAX);
        }}
      />
    </div>
  );
}
