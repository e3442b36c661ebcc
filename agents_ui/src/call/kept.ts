/**
 * The call of this tab across a reload: its ticket, who one is and since when. The tab's own storage, so that a
 * closed tab forgets it; and only for as long as the other end waits.
 */
const KEY = "callcenter-call";
const REJOIN_MS = 20_000;

export interface Kept {
  url: string;
  token: string;
  caller: string;
  upAt: number;
  /** of a call that the centre made; "": this page called */
  leg: string;
}

export function keep(call: Kept): void {
  sessionStorage.setItem(KEY, JSON.stringify({ ...call, at: 0 }));
}

/** The page goes away: from now on it is waited for. */
export function goodbye(now: number): void {
  const call = sessionStorage.getItem(KEY);
  if (call) sessionStorage.setItem(KEY, JSON.stringify({ ...JSON.parse(call), at: now }));
}

export function forget(): void {
  sessionStorage.removeItem(KEY);
}

/** The call that this tab was in a moment ago; null when there was none, or too long ago. */
export function taken(now: number): Kept | null {
  const text = sessionStorage.getItem(KEY);
  if (!text) return null;
  const { at, ...call } = JSON.parse(text) as Kept & { at: number };
  if (now - at <= REJOIN_MS) return call;
  forget();
  return null;
}
