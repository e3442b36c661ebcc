/**
 * Every text that a person sees, by key. `t` takes a key that the compiler knows; `code` names a code out of a row
 * (a routing status, an outcome, a disposition): codes configured by a centre may have no text and show as words.
 */
import { en } from "./texts/en";

export type Key = keyof typeof en;
export type Args = Record<string, string | number>;

/** A second language brings the same keys; which one is chosen will be the person's setting. */
export type Texts = Record<Key, string>;

const texts: Texts = en;

export function t(key: Key, args?: Args): string {
  return fill(texts[key], args);
}

/** The text of `family.value`, else the value as words: "address_change" → "Address change". */
export function code(family: string, value: string): string {
  const text = (texts as Record<string, string>)[`${family}.${value}`];
  if (text !== undefined) return text;
  const words = value.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Why something was refused: the server's text key, or one of ours, always as a sentence. */
export function refusal(key: string): string {
  const found = (texts as Record<string, string>)[`refused.${key}`];
  return found ?? t("refused.other", { reason: code("refused", key.replace(/^refused\./, "")) });
}

export function fill(text: string, args: Args = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole));
}
