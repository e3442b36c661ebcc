/**
 * Half-written work, kept in this browser until the service has it: a reload, a crash or an expired wrap-up
 * loses no word. Each person's is their own, also where several share a browser. Old drafts are swept away at start.
 */
export interface Draft {
  disposition: string;
  note: string;
  at: number;
}

const PREFIX = "draft:";
const DRAFT_DAYS_MAX = 14;
const DAY_MS = 86_400_000;

export class Drafts {
  readonly #login: () => string;

  constructor(login: () => string) {
    this.#login = login;
  }

  read(contact: string): Draft | null {
    return readAt(this.#key(contact));
  }

  /** What is half written of this contact, if anything is. */
  wordsOf(contact: string): Draft | null {
    const draft = this.read(contact);
    return draft && (draft.disposition || draft.note.trim()) ? draft : null;
  }

  keep(contact: string, disposition: string, note: string): void {
    try {
      localStorage.setItem(
        this.#key(contact),
        JSON.stringify({ disposition, note, at: Date.now() } satisfies Draft),
      );
    } catch {
      // Storage full or forbidden: the words are still on the screen, and the service gets them on saving.
    }
  }

  drop(contact: string): void {
    localStorage.removeItem(this.#key(contact));
  }

  #key(contact: string): string {
    return `${PREFIX}${encodeURIComponent(this.#login())}:${contact}`;
  }
}

export function sweepDrafts(): void {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const draft = readAt(key);
    if (!draft || Date.now() - draft.at > DRAFT_DAYS_MAX * DAY_MS) localStorage.removeItem(key);
  }
}

function readAt(key: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}
