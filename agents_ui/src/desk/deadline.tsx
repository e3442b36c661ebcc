/** How much of an offer or a wrap-up is left: a bar that shrinks by itself, and the seconds. */
import { useEffect, useRef } from "preact/hooks";
import { pageMsUntil, serverSpeed } from "../clock";
import { Ticking } from "../parts/ticking";
import { t } from "../texts";

export function Deadline({ from, to }: { from: number; to: number }) {
  const bar = useRef<HTMLSpanElement>(null);
  const speed = serverSpeed();
  useEffect(() => {
    const total = Math.max(1, to - from) / speed;
    const left = pageMsUntil(to);
    // One animation by the browser instead of a repaint each second.
    const shrinking = bar.current?.animate(
      [{ transform: `scaleX(${Math.min(1, left / total)})` }, { transform: "scaleX(0)" }],
      { duration: left, fill: "forwards" },
    );
    return () => shrinking?.cancel();
  }, [from, to, speed]);
  return (
    <div class="deadline">
      <span class="track" aria-hidden="true">
        <span class="left" ref={bar} />
      </span>
      <span class="seconds">
        <span class="hidden-text">{t("contact.left")} </span>
        <Ticking at={to} down />
      </span>
    </div>
  );
}
