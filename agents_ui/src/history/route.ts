/** Where in the history this page is: the address bar as a signal. */
import { signal } from "@preact/signals";

const LIST = "/history";

export const path = signal(location.pathname);

addEventListener("popstate", () => (path.value = location.pathname));

export function go(url: string): void {
  history.pushState({ from: path.peek() }, "", url);
  path.value = location.pathname;
}

/** To the page before, if it is one of ours: a tab that was opened with this page has none, and goes to the list. */
export function back(): void {
  const ours = history.state !== null || document.referrer.startsWith(`${location.origin}/`);
  if (ours && history.length > 1) history.back();
  else go(LIST);
}

/** For links: the browser's own ways (new tab, new window) stay as they are. */
export function onLink(event: MouseEvent & { currentTarget: HTMLAnchorElement }): void {
  if (!isPlain(event)) return;
  event.preventDefault();
  go(event.currentTarget.getAttribute("href") ?? LIST);
}

export function onBack(event: MouseEvent): void {
  if (!isPlain(event)) return;
  event.preventDefault();
  back();
}

function isPlain(event: MouseEvent): boolean {
  return !(event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0);
}
