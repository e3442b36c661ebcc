/** How well one hears: four bars with a word for those who don't see them. */
import { t } from "../texts";

const BARS = [1, 2, 3, 4] as const;

export function QualityBars({ level }: { level: number | null }) {
  if (level === null) return null;
  const label = t(`quality.${Math.max(0, Math.min(4, Math.round(level))) as 0 | 1 | 2 | 3 | 4}`);
  return (
    <svg
      class={`quality ${level < 3 ? "tone-warn" : ""}`}
      viewBox="0 0 18 14"
      width="18"
      height="14"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {BARS.map((bar) => (
        <rect
          key={bar}
          x={(bar - 1) * 4.7}
          y={14 - bar * 3.4}
          width="3.2"
          height={bar * 3.4}
          rx="1"
          fill="currentColor"
          opacity={bar <= level ? 1 : 0.22}
        />
      ))}
    </svg>
  );
}
