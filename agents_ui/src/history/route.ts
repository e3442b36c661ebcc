/** Where in the history this page is: the address bar as a signal. */
import { signal } from "@preact/signals";

export const path = signal(location.pathname);

addEventListener("popstate", () => (path.value = location.pathname));

export function go(url: string): void {
  history.pushState(null, "", url);
  path.value = location.pathname;
}

/** For links: the browser's own ways (new tab, new window) stay as they are. */
export function onLink(event: MouseEvent & { currentTarget: HTMLAnchorElement }): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(event.currentTarget.getAttribute("href") ?? "/history");
}
