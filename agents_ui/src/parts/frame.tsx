/** The frame of every page: top bar, notices about the connection, the page itself, help sheet and toasts. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { csrf } from "../api";
import type { Feed } from "../feed";
import { useKeys } from "../keys";
import { code, t } from "../texts";
import { Guarded } from "./guarded";
import { HelpButton, HelpSheet, openHelp } from "./help";
import { Icon } from "./icon";
import { LanguageSwitch } from "./language";
import { Mark } from "./mark";
import { Notice } from "./notice";
import { ThemeButton } from "./theme";
import { centre, pageTitle } from "./title";
import { Spoken, Toasts } from "./toasts";

export type Page = "call" | "desk" | "supervisor" | "history" | "report" | "audit";

export interface Visitor {
  name: string;
  role: string;
  agent: number | null;
}

interface Props {
  page: Page;
  /** of the browser's tab, when it says more than the page */
  title?: string | undefined;
  visitor?: Visitor | null | undefined;
  feed?: Feed;
  notices?: ComponentChildren;
  children: ComponentChildren;
}

export function Frame({ page, title, visitor, feed, notices, children }: Props) {
  const tab = title ?? pageTitle(page);
  useEffect(() => {
    document.title = tab;
  }, [tab]);
  useKeys([{ keys: ["?"], text: "keys.help", run: openHelp, everywhere: true }]);
  return (
    <div class="frame">
      <a class="skip" href="#main">
        {t("frame.skip")}
      </a>
      <header class="top">
        <h1 class="hidden-text">{t(`page.${page}`)}</h1>
        <a class="brand" href="/" aria-label={centre()}>
          <Mark />
          <span class="clip wide-only">{centre()}</span>
        </a>
        {visitor && <Nav page={page} visitor={visitor} />}
        <span class="grow" />
        {feed && <LinkState feed={feed} />}
        <LanguageSwitch />
        <ThemeButton />
        <HelpButton />
        {visitor && <Person visitor={visitor} />}
      </header>
      <div class="notices">
        {feed && <LinkNotice feed={feed} />}
        {notices}
      </div>
      <Guarded>{children}</Guarded>
      <HelpSheet />
      <Spoken />
      <Toasts />
    </div>
  );
}

function Nav({ page, visitor }: { page: Page; visitor: Visitor }) {
  const pages: Page[] = [
    ...(visitor.agent !== null ? (["desk"] as const) : []),
    ...(visitor.role === "agent" ? [] : (["supervisor"] as const)),
    "history",
    ...(visitor.role === "agent" ? [] : (["report", "audit"] as const)),
  ];
  const list = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // The list alone, not whatever else can be scrolled to show it.
    const here = list.current?.querySelector<HTMLElement>("[aria-current]");
    if (!list.current || !here) return;
    const [bar, link] = [list.current.getBoundingClientRect(), here.getBoundingClientRect()];
    list.current.scrollLeft += link.left + link.width / 2 - (bar.left + bar.width / 2);
  }, [page]);
  return (
    <nav ref={list} aria-label={t("frame.pages")}>
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
        <button
          class="button ghost icon-only"
          type="submit"
          title={t("frame.sign_out")}
          aria-label={t("frame.sign_out")}
        >
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
      <Notice tone="call" icon="bell" text={t("link.new_build")}>
        <button class="button small" onClick={() => location.reload()}>
          {t("link.reload")}
        </button>
      </Notice>
    );
  }
  return link === "lost" ? <Notice tone="warn" icon="offline" text={t("link.lost_about")} /> : null;
}
