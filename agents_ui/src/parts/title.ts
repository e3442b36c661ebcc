/** What stands on the browser's tab. */
import { either, t } from "../texts";
import { told } from "../told";
import type { Page } from "./frame";

export function pageTitle(page: Page): string {
  return `${t(`page.${page}`)} · ${centre()}`;
}

export function centre(): string {
  return either(told("centre"), told("centre-zh"));
}
