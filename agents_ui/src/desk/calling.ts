/**
 * Whom an agent may want to call: customers found by the service as the words are typed, colleagues, a bare number.
 * The newest words win, whatever order the answers come in.
 */
import { signal } from "@preact/signals";
import { ApiError, api, type FoundCustomers } from "../api";
import type { Choice } from "../parts/combo";
import { t } from "../texts";
import type { CustomerRecord, DirectoryAgent, PastContact, Row } from "../wire";
import { agents, isNumber } from "./directory";

const TYPING_MS = 150;

export type Callee = Choice & {
  agent: number | null;
  customer: number | null;
  /** of a customer the first one, unless another is chosen */
  number: string;
} & (
    | { kind: "customer"; record: CustomerRecord }
    | { kind: "colleague"; colleague: DirectoryAgent; serves: string }
    | { kind: "number"; last: PastContact | null }
  );

const NOBODY: FoundCustomers = { customers: [], more: false, number: "", last: null };

export class CustomerSearch {
  readonly found = signal<FoundCustomers>(NOBODY);
  readonly searching = signal(false);
  /** why nothing can be found just now, "" when it can */
  readonly error = signal("");
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** As it is typed: not for every letter. */
  type(words: string): void {
    this.stop();
    this.searching.value = words.trim() !== "";
    this.#timer = setTimeout(() => void this.#ask(words.trim() ? { q: words.trim() } : null), TYPING_MS);
  }

  byId(customer: number): void {
    void this.#ask({ customer: String(customer) });
  }

  /** Whatever is still on its way is an answer to other words. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#asked++;
  }

  async #ask(question: Record<string, string> | null): Promise<void> {
    const asked = ++this.#asked;
    this.searching.value = question !== null;
    try {
      const found = question === null ? NOBODY : await api.customers(question);
      if (asked !== this.#asked) return;
      this.found.value = found;
      this.error.value = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (asked !== this.#asked) return;
      this.found.value = NOBODY;
      this.error.value = error.key;
    }
    this.searching.value = false;
  }
}

export function callees(found: FoundCustomers, rows: readonly Row[], words: string, own: number): Callee[] {
  const customers = found.customers.map((record): Callee => ({
    kind: "customer",
    key: `customer-${record.customer}`,
    group: t("places.customers"),
    off: !record.numbers.length,
    agent: null,
    customer: record.customer,
    number: record.numbers.includes(found.number) ? found.number : (record.numbers[0] ?? ""),
    record,
  }));
  return [...customers, ...bare(found, words), ...colleagues(rows, words, own)];
}

/** What is typed as a number, when no customer is known under it. */
function bare(found: FoundCustomers, words: string): Callee[] {
  if (!isNumber(words) || (found.number && found.customers.length)) return [];
  const number = found.number || words.trim();
  return [
    {
      kind: "number",
      key: "number",
      group: t("places.number"),
      agent: null,
      customer: null,
      number,
      last: found.last,
    },
  ];
}

function colleagues(rows: readonly Row[], words: string, own: number): Callee[] {
  return agents(rows, words, own).flatMap((place): Callee[] =>
    place.kind === "agent"
      ? [
          {
            kind: "colleague",
            key: place.key,
            group: place.group,
            off: place.off ?? false,
            agent: place.agent.agent,
            customer: null,
            number: "",
            colleague: place.agent,
            serves: place.serves,
          },
        ]
      : [],
  );
}
