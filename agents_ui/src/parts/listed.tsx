/** A list that is read page by page: what stands in its place while there is none, and the way to other pages. */
import type { ComponentChildren } from "preact";
import { code, t } from "../texts";
import { Icon, type IconName } from "./icon";

const LINES = 10;

export function Problem({ problem, again }: { problem: string; again: () => void }) {
  return (
    <div class="empty" role="alert">
      <Icon name="alert" />
      <strong>{code("error", problem)}</strong>
      <button class="button" onClick={again}>
        {t("error.try_again")}
      </button>
    </div>
  );
}

export function Nothing({ icon, title, about }: { icon: IconName; title: string; about: string }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <strong>{title}</strong>
      <p>{about}</p>
    </div>
  );
}

export function Loading() {
  return (
    <div class="loading" role="status" aria-label={t("frame.loading")}>
      {Array.from({ length: LINES }, (_, index) => (
        <div key={index} class="skeleton" />
      ))}
    </div>
  );
}

interface PagesProps {
  loading: boolean;
  load: () => void;
  /** undefined: there is none */
  newer: (() => void) | undefined;
  older: (() => void) | undefined;
  /** the list does not go by time: pages are only before and after one another */
  timeless?: boolean;
  children?: ComponentChildren;
}

export function Pages({ loading, load, newer, older, timeless = false, children }: PagesProps) {
  return (
    <footer>
      {children}
      <button class="button small ghost" disabled={loading} onClick={load}>
        {t("history.refresh")} <kbd aria-hidden="true">R</kbd>
      </button>
      <button class="button small" disabled={!newer} onClick={newer}>
        <Icon name="left" /> {timeless ? t("history.previous") : t("history.newer")}
      </button>
      <button class="button small" disabled={!older} onClick={older}>
        {timeless ? t("history.next") : t("history.older")} <Icon name="right" />
      </button>
    </footer>
  );
}
