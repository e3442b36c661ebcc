/**
 * Listening to the recordings of one contact along its time: one cursor, whatever recording it is in. Where there is
 * none it jumps on to the next; behind the last one it stops.
 */
import { signal } from "@preact/signals";
import { audibleFrom, trackAt, type Course, type Track } from "./course";

export const SPEEDS = [1, 1.25, 1.5, 2] as const;
export const STEP_MS = 5_000;

export class Listening {
  /** the cursor, in server time */
  readonly at = signal(0);
  readonly playing = signal(false);
  readonly failed = signal(false);
  readonly speed = signal<number>(1);
  readonly #players = new Map<string, HTMLAudioElement>();
  #course: Course;
  #frame = 0;

  constructor(course: Course) {
    this.#course = course;
    this.at.value = course.tracks[0]?.from ?? course.from;
  }

  /** The same contact, told again: more of it may be there now. */
  update(course: Course): void {
    if (!this.#course.tracks.length && course.tracks[0]) this.at.value = course.tracks[0].from;
    this.#course = course;
  }

  /** After a failure: the recordings are fetched anew. */
  again(): void {
    this.failed.value = false;
    for (const player of this.#players.values()) player.load();
  }

  /** The page's element for a recording; null when it has left the page. */
  attach(url: string, player: HTMLAudioElement | null): void {
    if (player) this.#players.set(url, player);
    else this.#players.delete(url);
  }

  toggle(): void {
    if (this.playing.peek()) this.pause();
    else this.play();
  }

  /** From the cursor on; from the first recording when there is nothing behind it. */
  play(): void {
    const { tracks } = this.#course;
    const from = audibleFrom(tracks, this.at.peek()) ?? tracks[0]?.from;
    if (from === undefined) return;
    this.at.value = from;
    this.playing.value = true;
    this.#resume();
  }

  pause(): void {
    this.playing.value = false;
    this.#silence();
  }

  seek(at: number): void {
    this.at.value = Math.max(this.#course.from, Math.min(this.#course.to, at));
    if (this.playing.peek()) this.play();
    else this.#place();
  }

  setSpeed(speed: number): void {
    this.speed.value = speed;
    for (const player of this.#players.values()) player.playbackRate = speed;
  }

  /** A recording has come to its end. */
  ended(track: Track): void {
    if (!this.playing.peek()) return;
    const next = audibleFrom(this.#course.tracks, track.to);
    if (next === undefined) {
      this.at.value = track.to;
      this.pause();
    } else {
      this.at.value = next;
      this.#resume();
    }
  }

  close(): void {
    this.pause();
    this.#players.clear();
  }

  #resume(): void {
    const player = this.#place();
    this.#silence(player);
    if (!player) return this.pause();
    player.playbackRate = this.speed.peek();
    player.play().then(
      () => this.#follow(),
      (error: unknown) => {
        // Somebody was faster: paused, or went on elsewhere.
        if (error instanceof DOMException && error.name === "AbortError") return;
        this.failed.value = true;
        this.pause();
      },
    );
  }

  /** Puts the recording that the cursor is in to the cursor's place. */
  #place(): HTMLAudioElement | undefined {
    const track = trackAt(this.#course.tracks, this.at.peek());
    const player = track && this.#players.get(track.url);
    if (player) player.currentTime = (this.at.peek() - track.from) / 1000;
    return player;
  }

  #silence(except?: HTMLAudioElement): void {
    cancelAnimationFrame(this.#frame);
    for (const player of this.#players.values()) if (player !== except) player.pause();
  }

  /** Keeps the cursor with the voice, smoothly. */
  #follow(): void {
    cancelAnimationFrame(this.#frame);
    const track = trackAt(this.#course.tracks, this.at.peek());
    const player = track && this.#players.get(track.url);
    if (!player || !this.playing.peek()) return;
    if (!player.seeking && !player.ended) {
      this.at.value = Math.min(track.to - 1, track.from + player.currentTime * 1000);
    }
    this.#frame = requestAnimationFrame(() => this.#follow());
  }
}
