/** `src/wire.ts` has every field of `callcenter/screens/wire/` and of a customer's record, under the same name. */
import { expect, test } from "vitest";
import mirror from "../src/wire.ts?raw";
import limits from "../../callcenter/screens/wire/__init__.py?raw";
import asks from "../../callcenter/screens/wire/asks.py?raw";
import rows from "../../callcenter/screens/wire/rows.py?raw";
import told from "../../callcenter/screens/wire/told.py?raw";
import record from "../../callcenter/customer_record.py?raw";

const original = [limits, asks, rows, told].join("\n");
const RECORDS = /^class (\w+)\(Struct[^)]*\):\n((?: {4}.*\n|\n)*)/gm;
const FIELD = /^ {4}(\w+): /gm;
const PYTHON = new Map(
  [...`${original}\n${record}`.matchAll(RECORDS)].map(([, name = "", body = ""]) => [
    name,
    [...body.matchAll(FIELD)].map((field) => field[1] ?? ""),
  ]),
);
const TOLD = ["Hello", "Reply", "Snapshot", "Change"];
const SHOWN = [...TOLD, "Product", "PastContact", "CustomerRecord"];
const PARTS = ["Party", "Consultation", "HandedNote", "Target"];
const ROWS = ["Me", "DeskContact", "Todo", "DirectoryAgent", "DirectoryQueue", "QueueRow", "AgentRow", "WaitingRow"];

test("the version is the same", () => {
  expect(/^VERSION = (\d+)/m.exec(original)?.[1]).toBe(/VERSION = (\d+)/.exec(mirror)?.[1]);
});

test.each([...SHOWN, ...PARTS, ...ROWS])("%s has the same fields", (name) => {
  const body = mirror.split(`export interface ${name} {`)[1]?.split("\n}")[0] ?? "";
  const fields = [...body.matchAll(/^ {2}(\w+)\??: /gm)]
    .map((field) => field[1])
    .filter((field) => field !== "kind" || !TOLD.includes(name));
  expect(fields.filter((field) => field !== "row")).toEqual(PYTHON.get(name));
});

test("every ask is known by its tag and its fields", () => {
  const asks = mirror.split("export type Ask =")[1]?.split(";\n\n")[0] ?? "";
  const ours = [...asks.matchAll(/\{ do: "([\w-]+)"(.*?) \}/g)].map(([, tag, rest = ""]) => [
    tag,
    [...rest.matchAll(/(\w+): /g)].map((one) => one[1]),
  ]);
  const theirs = [
    ...original.matchAll(/class (\w+)\(Struct, frozen=True, tag="([\w-]+)", tag_field="do"\)/g),
  ].map(([, name = "", tag]) => [tag, PYTHON.get(name)?.filter((field) => field !== "id")]);
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
});
