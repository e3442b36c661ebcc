/**
 * Whether somebody is in the middle of a word. A field may go while it is written into, because a call comes; what was
 * meant for it must neither answer that call nor decline it.
 *
 * The rule: a key typed into a field begins a word, and each that follows within MID_WORD_MS, wherever it lands, goes
 * on with it. Who leaves the field by a key of their own, or takes the mouse, has ended it.
 */
const MID_WORD_MS = 1000;
const LEAVING = ["Escape", "Tab"];

export class Word {
  #typedAt = -Infinity;

  /** `isLine`: the field has one line, so that Enter ends it. */
  typed(key: string, isLine: boolean, now: number): void {
    if (LEAVING.includes(key) || (isLine && key === "Enter")) this.end();
    else this.#typedAt = now;
  }

  end(): void {
    this.#typedAt = -Infinity;
  }

  /** Whether this key, pressed in no field, is part of the word. */
  goesOn(key: string, now: number): boolean {
    const isWritten = key.length === 1 || ["Enter", "Backspace", "Process"].includes(key);
    if (!isWritten || now - this.#typedAt >= MID_WORD_MS) return false;
    this.#typedAt = now;
    return true;
  }
}
