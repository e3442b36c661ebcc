/** Durations that run. Only the text node changes each second, never the component around it. */
import { useComputed, useSignal } from "@preact/signals";
import { second } from "../clock";
import { duration, left } from "../format";

interface Props {
  /** server time where the counting begins, or that it counts down to */
  at: number;
  down?: boolean;
  class?: string;
}

export function Ticking({ at, down = false, class: name }: Props) {
  // The prop as a signal: a new `at` must reach the computed text.
  const from = useSignal(at);
  from.value = at;
  const text = useComputed(() =>
    down ? left(from.value - second.value) : duration(second.value - from.value),
  );
  return <span class={name}>{text}</span>;
}
