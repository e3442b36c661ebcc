/** The theme: the system's, or this person's own choice, kept in this browser. */
import { signal } from "@preact/signals";
import { t } from "../texts";
import { Icon } from "./icon";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];
const ICONS = { auto: "auto", light: "sun", dark: "moon" } as const;

const theme = signal<Theme>((document.documentElement.dataset["theme"] as Theme | undefined) ?? "auto");

export function ThemeButton() {
  const label = t("theme.label", { theme: t(`theme.${theme.value}`) });
  return (
    <button class="button ghost icon-only" onClick={next} title={label} aria-label={label}>
      <Icon name={ICONS[theme.value]} />
    </button>
  );
}

function next(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "auto";
  if (theme.value === "auto") {
    delete document.documentElement.dataset["theme"];
    localStorage.removeItem("theme");
  } else {
    document.documentElement.dataset["theme"] = theme.value;
    localStorage.setItem("theme", theme.value);
  }
}
