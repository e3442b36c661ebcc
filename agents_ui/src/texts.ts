/**
 * Every text that a person sees, by key, in the language that is chosen just now. `t` takes a key that the compiler
 * knows; `code` names a code out of a row (a routing status, an outcome): codes configured by a centre may have no
 * text and show as words. What a centre itself calls things comes in rows in both languages: `either` chooses.
 */
import { en } from "./texts/en";
import { language, locale, type Language } from "./texts/language";
import { zh } from "./texts/zh";

export type Key = keyof typeof en;
export type Args = Record<string, string | number>;

const TEXTS: Record<Language, Record<Key, string>> = { en, zh };

export function t(key: Key, args?: Args): string {
  return fill(TEXTS[language.value][key], args);
}

/** The text in a language other than the chosen one: what the switch to it says. */
export function tIn(tongue: Language, key: Key): string {
  return TEXTS[tongue][key];
}

/** The text of `family.value`, where there is one. */
export function worded(family: string, value: string): string | undefined {
  return (TEXTS[language.value] as Record<string, string>)[`${family}.${value}`];
}

/** The text of `family.value`, else the value as words: "address_change" → "Address change". */
export function code(family: string, value: string): string {
  const text = worded(family, value);
  if (text !== undefined) return text;
  const words = value.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A centre's own words: its English ones, and its Chinese ones where it gave some. */
export function either(english: string, chinese: string | undefined): string {
  return (language.value === "zh" && chinese) || english;
}

/** Several names, with the comma of the language. */
export function inARow(names: readonly string[]): string {
  return names.join(language.value === "zh" ? "、" : ", ");
}

/** What a queue is called: by its own row, or by one that says which queue it belongs to. */
export function queueTitle(
  row: { title: string; title_zh: string } | { queue_title: string; queue_title_zh: string },
): string {
  return "title" in row ? either(row.title, row.title_zh) : either(row.queue_title, row.queue_title_zh);
}

/** One of a centre's dispositions, whose Chinese names stand in the same order beside the list of them. */
export function disposition(one: string, all: readonly string[] = [], chinese: readonly string[] = []): string {
  return either(code("disposition", one), chinese[all.indexOf(one)]);
}

/** Why something was refused: the server's text key, or one of ours, always as a sentence. */
export function refusal(key: string): string {
  const found = (TEXTS[language.value] as Record<string, string>)[`refused.${key}`];
  return found ?? t("refused.other", { reason: code("refused", key.replace(/^refused\./, "")) });
}

/** `{count}` is filled in, numbers as the language writes them; `{count:call|calls}` is the form that goes with it. */
export function fill(text: string, args: Args = {}): string {
  return text.replace(/\{(\w+)(?::([^{}]*))?\}/g, (whole, name: string, forms?: string) => {
    const value = args[name];
    if (value === undefined) return whole;
    if (forms !== undefined) return form(forms.split("|"), Number(value));
    return typeof value === "number" ? value.toLocaleString(locale.value) : value;
  });
}

/** English has two forms; a language with one writes one. */
function form([one = "", other = one]: string[], count: number): string {
  return new Intl.PluralRules(locale.value).select(count) === "one" ? one : other;
}
