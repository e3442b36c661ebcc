/** A desk that rings: a soft two-tone bell, the tab's title, and a notification when the tab is in the background. */
import { effect, signal } from "@preact/signals";
import { sound, type Voice } from "../parts/bell";
import { pageTitle } from "../parts/title";
import { queueTitle, t } from "../texts";
import type { DeskContact } from "../wire";
import type { Desk } from "./model";
import { stageText } from "./stages";

const RING_SECONDS = 2.6;
const FLASH_MS = 1000;
const CALL: Voice = {
  type: "sine",
  loudness: 0.16,
  seconds: 0.34,
  tones: [
    [0, 660],
    [0.16, 880],
    [0.5, 660],
    [0.66, 880],
  ],
};

export const ringOn = signal(localStorage.getItem("ring") !== "off");
export const notifications = signal<NotificationPermission | "unsupported">(
  typeof Notification === "undefined" ? "unsupported" : Notification.permission,
);

export function toggleRing(): void {
  ringOn.value = !ringOn.value;
  localStorage.setItem("ring", ringOn.value ? "on" : "off");
}

export async function askForNotifications(): Promise<void> {
  notifications.value = await Notification.requestPermission();
}

/** Rings while an offer is open and was not answered here. */
export function alarmFor(desk: Desk): void {
  let stop: (() => void) | null = null;
  let rungFor: number | null = null;
  effect(() => {
    const contact = desk.contact.value;
    const offer =
      contact?.stage === "offered" && desk.answering.value !== contact.offer ? contact.offer : null;
    if (offer === rungFor) return;
    stop?.();
    stop = null;
    rungFor = offer;
    if (offer === null || !contact) return;
    stop = ring(t("alarm.title", { who: shownName(contact) }), bodyOf(contact));
  });
}

function shownName(contact: DeskContact): string {
  if (contact.direction === "internal") return contact.sent_by;
  return contact.customer?.name || contact.number || t("caller.withheld");
}

function bodyOf(contact: DeskContact): string {
  return contact.kind === "contact" ? t("alarm.body", { queue: queueTitle(contact) }) : stageText(contact);
}

function ring(headline: string, body: string): () => void {
  bell();
  const bells = setInterval(bell, RING_SECONDS * 1000);
  let on = true;
  document.title = headline;
  const flash = setInterval(() => (document.title = (on = !on) ? headline : pageTitle("desk")), FLASH_MS);
  const note =
    document.hidden && notifications.peek() === "granted"
      ? new Notification(headline, { body, tag: "offer", requireInteraction: true })
      : null;
  note?.addEventListener("click", () => window.focus());
  return () => {
    clearInterval(bells);
    clearInterval(flash);
    document.title = pageTitle("desk");
    note?.close();
  };
}

function bell(): void {
  if (ringOn.peek()) sound(CALL);
}
