/** Our own line icons, 24 × 24, drawn with the text's colour. They never stand alone: a word or a label is beside. */

const PATHS = {
  phone:
    "M5 3.5h3.2l1.6 4.3-2.1 1.6a12 12 0 0 0 6.9 6.9l1.6-2.1 4.3 1.6V19a1.8 1.8 0 0 1-1.9 1.8A16 16 0 0 1 3.2 5.4 1.8 1.8 0 0 1 5 3.5z",
  hangup: "M2.8 15.2c5-5 13.4-5 18.4 0l-2.4 3-4.3-1.7v-2.7a13 13 0 0 0-5 0v2.7l-4.3 1.7z",
  mic: "M12 3.5a2.7 2.7 0 0 1 2.7 2.7v5.4a2.7 2.7 0 0 1-5.4 0V6.2A2.7 2.7 0 0 1 12 3.5zM6 11.5a6 6 0 0 0 12 0M12 17.5v3M9 20.5h6",
  micOff:
    "M9.3 7V6.2a2.7 2.7 0 0 1 5.4 0v5M9.5 12.6a2.7 2.7 0 0 0 3.3 1.6M6 11.5a6 6 0 0 0 8.6 5.4M17.2 14.4a6 6 0 0 0 .8-2.9M12 17.5v3M9 20.5h6M4 4l16 16",
  headset:
    "M4 14.5v-2a8 8 0 0 1 16 0v2M5 14h1.2a1.3 1.3 0 0 1 1.3 1.3v3.4A1.3 1.3 0 0 1 6.2 20H5a1.5 1.5 0 0 1-1.5-1.5v-3A1.5 1.5 0 0 1 5 14zM17.8 14H19a1.5 1.5 0 0 1 1.5 1.5v3A1.5 1.5 0 0 1 19 20h-1.2a1.3 1.3 0 0 1-1.3-1.3v-3.4a1.3 1.3 0 0 1 1.3-1.3zM19 20c0 1-1.5 1.7-3.5 1.7H13",
  cup: "M4 9h12v5.5A4.5 4.5 0 0 1 11.5 19h-3A4.5 4.5 0 0 1 4 14.5zM16 10.5h1.8a2.4 2.4 0 0 1 0 4.8H16M8 3.5v2M12 3.5v2",
  power: "M12 3.5v8M7 6.6a7.5 7.5 0 1 0 10 0",
  check: "M4.5 12.5l5 5 10-11",
  shield: "M12 3.2l7.2 2.6v5.6c0 4.4-3 7.9-7.2 9.4-4.2-1.5-7.2-5-7.2-9.4V5.8zM8.7 12l2.4 2.4 4.3-4.6",
  question: "M9 9.2a3 3 0 1 1 4.4 2.7c-1 .5-1.4 1.1-1.4 2.1M12 17.2v.2M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
  alert: "M12 4l9 16H3zM12 10v4.5M12 17.2v.2",
  offline:
    "M3 9a14 14 0 0 1 5-3M21 9a14 14 0 0 0-9.5-3.8M6.5 13a9 9 0 0 1 3.5-2.1M17.5 13a9 9 0 0 0-2-1.5M10 16.7a3.5 3.5 0 0 1 4 0M12 20v.2M4 3.5l16 17",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M20 14.2A8.2 8.2 0 0 1 9.8 4 8.2 8.2 0 1 0 20 14.2z",
  auto: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 3.5v17M12 8h5M12 12h8M12 16h5",
  clock: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3 2",
  list: "M9 6h11M9 12h11M9 18h11M4.5 6h.1M4.5 12h.1M4.5 18h.1",
  note: "M6 3.5h8l4.5 4.5v12a.8.8 0 0 1-.8.8H6a.8.8 0 0 1-.8-.8V4.3a.8.8 0 0 1 .8-.8zM14 3.5V8h4.5M8.5 12.5h7M8.5 16h5",
  person: "M12 4a3.8 3.8 0 1 1 0 7.6A3.8 3.8 0 0 1 12 4zM4.5 20c.6-3.6 3.6-5.6 7.5-5.6s6.9 2 7.5 5.6",
  out: "M14 4.5h4.5a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H14M10 8l-4 4 4 4M6 12h9",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5a2.2 2.2 0 0 0 4 0",
  chevron: "M7 10l5 5 5-5",
  left: "M14.5 6l-6 6 6 6",
  right: "M9.5 6l6 6-6 6",
  close: "M6 6l12 12M18 6L6 18",
  play: "M7.5 4.8v14.4L19.5 12z",
  pause: "M8.5 5v14M15.5 5v14",
  volumeOff: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5L20.5 20.5",
  record: "M12 5a7 7 0 1 1 0 14 7 7 0 0 1 0-14z",
  tree: "M12 3.5v5M12 8.5H6.5v4M12 8.5h5.5v4M4 12.5h5v4.5H4zM15 12.5h5v4.5h-5z",
  box: "M4 8l8-4.5 8 4.5v8.5l-8 4.5-8-4.5zM4 8l8 4.5L20 8M12 12.5V21",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, label }: { name: IconName; label?: string }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill={name === "play" || name === "record" ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
