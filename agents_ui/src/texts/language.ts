/**
 * The language of the screens: a signal, so that whatever shows a text changes with it at once. The page comes in the
 * language that the service chose (this browser's cookie, else what the browser asks for); a choice made here is
 * kept in that cookie, so that the pages which need no script follow too.
 */
import { computed, signal } from "@preact/signals";

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The attribute `lang` of each: with it a browser chooses the glyphs of the right script. */
export const TAGS: Record<Language, string> = { en: "en", zh: "zh-Hans" };
const COOKIE = "callcenter-language";
const COOKIE_SECONDS = 400 * 24 * 3600;

const chosen = signal<Language>(
  typeof document !== "undefined" && document.documentElement.lang.startsWith("zh") ? "zh" : "en",
);

export const language = computed(() => chosen.value);

/** For dates, numbers and orders: the browser's own kind of English, and China's Chinese. */
export const locale = computed(() => {
  if (chosen.value === "zh") return "zh-CN";
  const own = typeof navigator === "undefined" ? [] : (navigator.languages ?? []);
  return own.find((one) => /^en(-|$)/i.test(one)) ?? "en-US";
});

export function speak(next: Language): void {
  chosen.value = next;
  if (typeof document === "undefined") return;
  document.documentElement.lang = TAGS[next];
  document.cookie = `${COOKIE}=${next}; path=/; max-age=${COOKIE_SECONDS}; samesite=lax`;
}
