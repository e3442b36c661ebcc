/** How well one hears: four bars with a word for those who don't see them. */
import { t } from "../texts";

const BARS = [1, 2, 3, 4] as const;

export function QualityBars({ level }: { level: number | null }) {
  const label = level === null ? "" : t(`quality.${(level <= 0 ? 0 : level >= 4 ? 4 : level) as 0 | 1 | 2 | 3 | 4}`);
  return (
    <svg class={`quality ${level !== null && level < 3 ? "tone-warn" : ""}`} viewBox="0 0 18 14" width="18" height="14" role="img" aria-label={label}>
      {level !== null && <title>{label}</title>}
      {BARS.map((bar) => (
        <rect
          key={bar}
          x={(bar - 1) * 4.7}
          y={14 - bar * 3.4}
          width="3.2"
          height={bar * 3.4}
          rx="1"
          fill="currentColor"
          opacity={level === null ? 0 : bar <= level ? 1 : 0.22}
        />
      ))}
    </svg>
  );
}
