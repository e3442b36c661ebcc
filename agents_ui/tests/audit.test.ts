/** What a file was asked to hold, as the audit tells it. */
import { afterEach, expect, test } from "vitest";
import { asked } from "../src/audit/asked";
import { speak } from "../src/texts/language";
import { en } from "../src/texts/en";
import history from "../../callcenter/web/history_query.py?raw";
import reports from "../../callcenter/web/report_api.py?raw";

afterEach(() => speak("en"));

/** Names as they stand in addresses. */
function names(source: string): string[] {
  const body = /class Query\(.*rename=\{(.*)\}\):\n((?: {4}.*\n|\n)*)/.exec(source);
  const renamed = new Map([...(body?.[1] ?? "").matchAll(/"(\w+)": "(\w+)"/g)].map((one) => [one[1], one[2]]));
  return [...(body?.[2] ?? "").matchAll(/^ {4}(\w+):/gm)].map((one) => renamed.get(one[1]) ?? one[1] ?? "");
}

test("whatever a file can be asked for has a name", () => {
  const all = [...names(history), ...names(reports)].filter((name) => !["after", "limit"].includes(name));
  expect(all.length).toBeGreaterThan(20);
  expect(all.filter((name) => !(`audit_filter.${name}` in en))).toEqual([]);
});

test("a value shows in words where there are some, else as it was asked", () => {
  const said = (name: string, value: string) => asked(name, value, null);
  expect(said("from", "2026-11-22")).toBe("2026-11-22");
  expect(said("uncoded", "true")).toBe("Notes to finish");
  expect(said("disposition", "Card_blocked")).toBe("Card_blocked");
  expect(said("min_wait", "60")).toBe("60 s");
  expect(said("outcome", "left_in_ivr")).toBe("Left in the IVR");
  expect(said("step", "30")).toBe("30 minutes");
  speak("zh");
  expect([said("direction", "outbound"), said("order", "up"), said("lang", "zh")]).toEqual(["呼出", "升序", "中文"]);
});
