/**
 * Half-written work, kept in this browser until the service has it: a reload, a crash or an expired wrap-up
 * loses no word. Old drafts are swept away at start.
 */
export interface Draft {
  disposition: string;
  note: string;
  at: number;
}

const PREFIX = "draft:";
const DRAFT_DAYS_MAX = 14;
const DAY_MS = 86_400_000;

export function readDraft(contact: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + contact) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

/** What is half written of this contact, if anything is. */
export function wordsOf(contact: string): Draft | null {
  const draft = readDraft(contact);
  return draft && (draft.disposition || draft.note.trim()) ? draft : null;
}

export function keepDraft(contact: string, disposition: string, note: string): void {
  try {
    localStorage.setItem(
      PREFIX + contact,
      JSON.stringify({ disposition, note, at: Date.now() } satisfies Draft),
    );
  } catch {
    // Storage full or forbidden: the words are still on the screen, and the service gets them on saving.
  }
}

export function dropDraft(contact: string): void {
  localStorage.removeItem(PREFIX + contact);
}

export function sweepDrafts(): void {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const draft = readDraft(key.slice(PREFIX.length));
    if (!draft || Date.now() - draft.at > DRAFT_DAYS_MAX * DAY_MS) localStorage.removeItem(key);
  }
}
