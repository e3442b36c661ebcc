/** The frame of every page: top bar, notices about the connection, the page itself, help sheet and toasts. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { csrf } from "../api";
import type { Feed } from "../feed";
import { useKeys } from "../keys";
import { code, t } from "../texts";
import type { Hello } from "../wire";
import { HelpButton, HelpSheet, openHelp } from "./help";
import { Icon } from "./icon";
import { Mark } from "./mark";
import { ThemeButton } from "./theme";
import { Toasts } from "./toasts";

export type Page = "call" | "desk" | "supervisor" | "history";

export interface Visitor {
  name: string;
  role: string;
  agent: number | null;
}

interface Props {
  page: Page;
  visitor?: Visitor | null | undefined;
  feed?: Feed;
  /** beside the name: e.g. the agent's own state */
  state?: ComponentChildren;
  notices?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

export function Frame({ page, visitor, feed, state, notices, class: name, children }: Props) {
  useKeys([{ keys: ["?"], text: "keys.help", run: openHelp }]);
  return (
    <div class={`frame ${name ?? ""}`}>
      <a class="skip" href="#main">
        {t("frame.skip")}
      </a>
      <header class="top">
        <a class="brand" href="/">
          <Mark />
          <span class="clip wide-only">{document.querySelector<HTMLMetaElement>('meta[name="centre"]')?.content}</span>
        </a>
        {visitor && <Nav page={page} visitor={visitor} />}
        <span class="grow" />
        {state}
        {feed && <LinkState feed={feed} />}
        <ThemeButton />
        <HelpButton />
        {visitor && <Person visitor={visitor} />}
      </header>
      <div class="notices">
        {feed && <LinkNotice feed={feed} />}
        {notices}
      </div>
      {children}
      <HelpSheet />
      <Toasts />
    </div>
  );
}

function Nav({ page, visitor }: { page: Page; visitor: Visitor }) {
  const pages: Page[] = [
    ...(visitor.agent !== null ? (["desk"] as const) : []),
    ...(visitor.role === "agent" ? [] : (["supervisor"] as const)),
    "history",
  ];
  return (
    <nav aria-label={t("frame.pages")}>
      {pages.map((one) => (
        <a key={one} href={`/${one}`} aria-current={one === page ? "page" : undefined}>
          {t(`page.${one}`)}
        </a>
      ))}
    </nav>
  );
}

function Person({ visitor }: { visitor: Visitor }) {
  return (
    <div class="person">
      <span class="clip wide-only" title={code("role", visitor.role)}>
        {visitor.name}
      </span>
      <form method="post" action="/sign-out">
        <input type="hidden" name="csrf" value={csrf()} />
        <button class="button ghost icon-only" type="submit" title={t("frame.sign_out")} aria-label={t("frame.sign_out")}>
          <Icon name="out" />
        </button>
      </form>
    </div>
  );
}

function LinkState({ feed }: { feed: Feed }) {
  const link = feed.link.value;
  return (
    <span class="link-state" role="status">
      <span class={`dot ${link === "open" ? "good" : link === "connecting" ? "" : "bad"}`} />
      <span class="wide-only">{t(`link.${link}`)}</span>
    </span>
  );
}

function LinkNotice({ feed }: { feed: Feed }) {
  const link = feed.link.value;
  if (link === "outdated" || feed.newBuild.value) {
    return (
      <div class="banner call" role="status">
        <span class="grow">{t("link.new_build")}</span>
        <button class="button small" onClick={() => location.reload()}>
          {t("link.reload")}
        </button>
      </div>
    );
  }
  if (link !== "lost") return null;
  return (
    <div class="banner warn" role="status">
      <Icon name="offline" />
      <span class="grow">{t("link.lost_about")}</span>
    </div>
  );
}

/** Who is at this screen, as far as the feed has told. */
export function visitorOf(hello: ReadonlySignal<Hello | null>): Visitor | null {
  return hello.value;
}
