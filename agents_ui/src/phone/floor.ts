/**
 * Two phones in one browser: caller and agent tried out on one computer, with one microphone and one speaker.
 *
 * The rule: of several pages in a call the one last in front has the floor. The others close their microphone and
 * play softly, so that no voice runs round from a speaker into a microphone (howling), and one still hears that
 * sound arrives. Pages find each other by a BroadcastChannel, which ends at the browser's edge; other computers
 * never notice.
 */

const CHANNEL = "callcenter-phones";
const BEAT_MS = 1000;
const GONE_MS = 3500;

type Word = { from: string; kind: "here" | "floor" | "gone" };

export class Floor {
  /** another page of this browser is in a call too */
  shared = false;
  /** this page may speak and be loud */
  mine = true;
  readonly #id = crypto.randomUUID();
  readonly #others = new Map<string, number>();
  readonly #changed: () => void;
  #channel: BroadcastChannel | null = null;
  #beat = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** This page is in a call from now on, and in front. */
  enter(): void {
    if (this.#channel) return;
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = (event: MessageEvent<Word>) => this.#heard(event.data);
    this.#beat = window.setInterval(() => this.#tick(), BEAT_MS);
    window.addEventListener("focus", this.#take);
    window.addEventListener("pagehide", this.#goodbye);
    this.#say("here");
    if (document.hasFocus()) this.#take();
  }

  leave(): void {
    if (!this.#channel) return;
    this.#goodbye();
    this.#channel.close();
    this.#channel = null;
    window.clearInterval(this.#beat);
    window.removeEventListener("focus", this.#take);
    window.removeEventListener("pagehide", this.#goodbye);
    this.#others.clear();
    this.#settle(true);
  }

  readonly #take = (): void => {
    this.#say("floor");
    this.#settle(true);
  };

  readonly #goodbye = (): void => this.#say("gone");

  #heard(word: Word): void {
    if (word.kind === "gone") {
      this.#others.delete(word.from);
    } else {
      const known = this.#others.has(word.from);
      this.#others.set(word.from, Date.now());
      if (!known) this.#say("here");
    }
    this.#settle(word.kind === "floor" ? false : this.mine);
  }

  #tick(): void {
    this.#say("here");
    for (const [id, at] of this.#others) if (Date.now() - at > GONE_MS) this.#others.delete(id);
    this.#settle(this.mine);
  }

  #settle(mine: boolean): void {
    const shared = this.#others.size > 0;
    const alone = !shared;
    if (shared === this.shared && (mine || alone) === this.mine) return;
    this.shared = shared;
    this.mine = mine || alone;
    this.#changed();
  }

  #say(kind: Word["kind"]): void {
    this.#channel?.postMessage({ from: this.#id, kind } satisfies Word);
  }
}
