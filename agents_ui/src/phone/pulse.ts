/**
 * Whether the line still lives. A network that went away closes no socket: it looks open for minutes, and a phone that
 * looks ready can't be rung.
 *
 * The rule: a line that is quiet is asked for a sign of life, and one that owes two is dead. Counted are the asks that
 * were made, not the seconds that went by: a page whose timers stood still (asleep, in the background) has missed
 * nothing yet, so it asks first.
 */

/** how often it is looked at; browsers make that a minute in a page that nobody sees */
const TICK_MS = 500;
/** quiet for so long, it is asked */
const QUIET_MS = 5_000;
/** in a call there is sound fifty times a second: its silence says more */
const QUIET_IN_CALL_MS = 1_000;
/** after the network or the computer came back, nobody wants to wait for an answer */
const HURRY_MS = 2_000;
const OPENING_MS = 5_000;
const OWED_MAX = 2;
/** from one look to the next: more means that the page stood still */
const ASLEEP_MS = 4_000;

export interface Pulsed {
  inCall(): boolean;
  ask(): void;
  /** nothing comes from this line any more */
  dead(): void;
}

export class Pulse {
  readonly #line: Pulsed;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isOpening = true;
  #isHurried = false;
  #owed = 0;
  /** since its last sign of life, or since it was last asked */
  #quietAt = 0;
  #lookedAt = 0;

  constructor(line: Pulsed) {
    this.#line = line;
  }

  /** A line is being opened. */
  begin(): void {
    this.end();
    this.#isOpening = true;
    this.#isHurried = false;
    this.#owed = 0;
    this.#quietAt = this.#lookedAt = Date.now();
    this.#timer = setInterval(() => this.#look(), TICK_MS);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  heard(): void {
    this.#isOpening = this.#isHurried = false;
    this.#owed = 0;
    this.#quietAt = Date.now();
  }

  /** Something happened after which the line may be dead: it has to answer soon. */
  hurry(): void {
    if (!this.#timer || this.#isOpening || this.#isHurried) return;
    this.#isHurried = true;
    this.#owed = OWED_MAX;
    this.#ask();
  }

  #look(): void {
    const now = Date.now();
    // Either way: a clock may also be set back.
    const hasSlept = Math.abs(now - this.#lookedAt) > ASLEEP_MS;
    this.#lookedAt = now;
    if (hasSlept && !this.#isHurried && !this.#isOpening) return this.hurry();
    if (Math.abs(now - this.#quietAt) < this.#patienceMs()) return;
    if (this.#isOpening || this.#owed >= OWED_MAX) {
      this.end();
      this.#line.dead();
    } else {
      this.#owed++;
      this.#ask();
    }
  }

  #patienceMs(): number {
    if (this.#isOpening) return OPENING_MS;
    if (this.#isHurried) return HURRY_MS;
    return this.#line.inCall() ? QUIET_IN_CALL_MS : QUIET_MS;
  }

  #ask(): void {
    this.#quietAt = Date.now();
    this.#line.ask();
  }
}
