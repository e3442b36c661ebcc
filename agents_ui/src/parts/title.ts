/** What stands on the browser's tab. */
import { t } from "../texts";
import type { Page } from "./frame";

export function pageTitle(page: Page): string {
  return `${t(`page.${page}`)} · ${centre()}`;
}

export function centre(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="centre"]')?.content ?? "";
}
