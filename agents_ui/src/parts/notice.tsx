/** A line above the page: what is wrong or unusual just now, and what to do. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";

interface Props {
  tone: "warn" | "bad" | "call" | "solid";
  icon: IconName;
  text: ComponentChildren;
  children?: ComponentChildren;
}

export function Notice({ tone, icon, text, children }: Props) {
  return (
    <div class={`banner ${tone}`} role={tone === "bad" || tone === "solid" ? "alert" : "status"}>
      <Icon name={icon} />
      <span class="grow">{text}</span>
      {children}
    </div>
  );
}
