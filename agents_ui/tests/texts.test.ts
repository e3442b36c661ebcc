/** Every key that is used has a text, every text is used, and every code of the service's own has one. */
import { afterEach, expect, test } from "vitest";
import { code, disposition, either, fill, inARow, queueTitle, refusal, t } from "../src/texts";
import { en } from "../src/texts/en";
import { speak } from "../src/texts/language";
import { zh } from "../src/texts/zh";
import lifecycles from "../../callcenter/lifecycles.py?raw";
import records from "../../callcenter/history/records.py?raw";
import replies from "../../callcenter/web/replies.py?raw";

const sources = Object.entries(
  import.meta.glob<string>("../src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }),
)
  .filter(([path]) => !/\/texts\/(en|zh)\//.test(path))
  .map(([, source]) => source);
const areas = import.meta.glob<Record<string, Record<string, string>>>("../src/texts/{en,zh}/*.ts", {
  eager: true,
});
const everything = sources.join("\n");
const python = import.meta.glob<string>("../../callcenter/**/*.py", {
  query: "?raw",
  import: "default",
  eager: true,
});

afterEach(() => speak("en"));

/** Values of a Python StrEnum. */
function values(source: string, name: string): string[] {
  const body = source.split(`class ${name}(StrEnum):`)[1]?.split(/\n\S/)[0] ?? "";
  return [...body.matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map((match) => match[1] ?? "");
}

function lacking(family: string, codes: string[]): string[] {
  expect(codes.length).toBeGreaterThan(1);
  return codes.filter((one) => !(`${family}.${one}` in en));
}

test("every text is used: by its key, or by the family of a code", () => {
  const unused = Object.keys(en).filter((key) => {
    if (everything.includes(`"${key}"`)) return false;
    const families = key
      .split(".")
      .map((_, index, parts) => parts.slice(0, index).join("."))
      .filter(Boolean);
    return !families.some(
      (family) => everything.includes(`code("${family}"`) || everything.includes("t(`" + family + ".${"),
    );
  });
  expect(unused.filter((key) => !key.startsWith("refused."))).toEqual([]);
});

test("routing states, outcomes, offers and segments have texts", () => {
  const routings = values(lifecycles, "Routing");
  expect(lacking("routing", routings)).toEqual([]);
  expect(lacking("routing_short", routings)).toEqual([]);
  expect(lacking("presence.about", routings)).toEqual([]);
  expect(lacking("outcome", values(lifecycles, "Outcome"))).toEqual([]);
  expect(lacking("offer", values(lifecycles, "OfferState"))).toEqual([]);
  expect(lacking("segment", values(records, "SegmentKind"))).toEqual([]);
});

test("every refusal of the service has a sentence", () => {
  const web = [...(replies.split("REFUSALS")[1]?.split("}")[0] ?? "").matchAll(/^ {4}"(\w+)":/gm)].map(
    (one) => one[1] ?? "",
  );
  expect(lacking("error", web)).toEqual([]);
  const decisions = Object.entries(python).filter(([path]) =>
    /callcenter\/(decisions|center|engine|screens)/.test(path),
  );
  const core = decisions.flatMap(([, source]) =>
    [...source.matchAll(/Refused\("(\w+)"/g)].map((one) => one[1] ?? ""),
  );
  expect(lacking("refused", core)).toEqual([]);
});

test("rules that choose an agent are explained", () => {
  const choices = (python["../../callcenter/facts/setup.py"] ?? "").split("class AgentChoice")[1]?.split("class ")[0] ?? "";
  const found = [...choices.matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map((one) => one[1]);
  expect(found).toContain("round_robin");
  for (const rule of [...found, "earlier_step", "preferred_phone", "asked_for", "sent_back"]) expect(`rule.${rule}` in en).toBe(true);
  for (const choice of found) expect(choice === "longest_idle" || `why.later.${choice}` in en).toBe(true);
});

test("a code without a text shows as words", () => {
  expect(code("disposition", "address_change")).toBe("Address change");
  expect(code("routing", "on_contact")).toBe("In a call");
});

test("an unknown refusal is still a sentence", () => {
  expect(refusal("offer_closed")).toBe(en["refused.offer_closed"]);
  expect(refusal("moon_in_the_way")).toBe("Not done: Moon in the way.");
});

test("names are filled in, and only those that are given", () => {
  expect(fill("{a} and {b}", { a: 1 })).toBe("1 and {b}");
  expect(t("tile.target", { target: 80 })).toBe("target 80 %");
});

test("every area of texts is part of its language, and no key stands in two", () => {
  for (const [language, whole] of Object.entries({ en, zh })) {
    const keys = Object.entries(areas)
      .filter(([path]) => path.includes(`/${language}/`) && !path.endsWith("/index.ts"))
      .flatMap(([, area]) => Object.values(area).flatMap(Object.keys));
    expect(keys.length).toBeGreaterThan(300);
    expect(keys.toSorted()).toEqual(Object.keys(whole).toSorted());
  }
});

/** The names in braces, those of plural forms too. */
const filled = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((one) => one[1]))].sort();

test("Chinese fills in the same names, is Chinese, and leaves no English word", () => {
  const latin = /IVR|CSV|PIN|Alt|Ctrl|https?|JavaScript|UTC|[A-Z?☎]/g;
  for (const [key, text] of Object.entries(zh)) {
    expect([key, filled(text)]).toEqual([key, filled(en[key as keyof typeof en])]);
    const words = text.replace(/\{[^}]*\}/g, "").replace(latin, "");
    expect([key, words]).toEqual([key, expect.not.stringMatching(/[a-z]{2}/)]);
  }
});

test("in Chinese one thing has one name", () => {
  const others = /密语|三方会议|会议中|离队|离开通话|平均应答(?!时长)|置顶|第 \{step\}/;
  for (const [key, text] of Object.entries(zh)) expect([key, text]).toEqual([key, expect.not.stringMatching(others)]);
});

test("names in a row have the comma of their language", () => {
  expect(inARow(["Cards", "Loans"])).toBe("Cards, Loans");
  speak("zh");
  expect(inARow(["银行卡", "贷款"])).toBe("银行卡、贷款");
});

test("a queue is called the same by its own row and by one that belongs to it", () => {
  speak("zh");
  expect(queueTitle({ title: "Loans", title_zh: "贷款" })).toBe("贷款");
  expect(queueTitle({ queue_title: "Loans", queue_title_zh: "贷款" })).toBe("贷款");
  expect(queueTitle({ title: "Loans", title_zh: "" })).toBe("Loans");
});

test("the other language is there at once, numbers and forms with it", () => {
  expect(t("page.desk")).toBe("Desk");
  expect(fill("{count} {count:call|calls}", { count: 1 })).toBe("1 call");
  expect(fill("{count} {count:call|calls}", { count: 1200 })).toBe("1,200 calls");
  speak("zh");
  expect(t("page.desk")).toBe(zh["page.desk"]);
  expect(fill("{count} {count:通}", { count: 1 })).toBe("1 通");
  expect(refusal("offer_closed")).toBe(zh["refused.offer_closed"]);
});

test("a centre's own words show in the language that is spoken, else as they are", () => {
  const all = ["Card blocked", "Complaint"];
  expect(disposition("Complaint", all, ["已挂失", "投诉"])).toBe("Complaint");
  speak("zh");
  expect(disposition("Complaint", all, ["已挂失", "投诉"])).toBe("投诉");
  expect(disposition("Complaint", all, [])).toBe("Complaint");
  expect(either("Lost card", "挂失")).toBe("挂失");
  expect(either("Lost card", "")).toBe("Lost card");
});
