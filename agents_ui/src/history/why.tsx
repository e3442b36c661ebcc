/**
 * Why an offer went to this agent and not to another: the moment is decided again by the service, which takes a second
 * or two. Everybody stands there with the one reason that counted: first who was chosen, then who else was free; who was
 * signed out or serves other queues is told together.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, ApiError, type Candidate, type Explanation, type OfferLine, type SkillAsked } from "../api";
import { duration, timeWithSeconds } from "../format";
import { Icon } from "../parts/icon";
import { Modal } from "../parts/modal";
import { code, either, inARow, t, worded, type Key } from "../texts";

interface Props {
  offer: OfferLine;
  onClose: () => void;
}

export function Why({ offer, onClose }: Props) {
  const found = useSignal<Explanation | null>(null);
  const problem = useSignal("");
  useEffect(() => {
    let wanted = true;
    api.explanation(offer.offer).then(
      (one) => wanted && (found.value = one),
      (error: unknown) => wanted && (problem.value = error instanceof ApiError ? error.key : "failed"),
    );
    return () => void (wanted = false);
  }, [offer.offer]);
  return (
    <Modal title={t("why.title", { name: offer.agent })} class="why" onClose={onClose}>
      {problem.value ? (
        <p class="row tone-warn" role="alert">
          <Icon name="alert" /> {unknown(problem.value, offer)}
        </p>
      ) : found.value ? (
        <Told found={found.value} at={offer.made_at} />
      ) : (
        <div class="skeleton" style={{ height: "220px" }} role="status" aria-label={t("why.deciding")} />
      )}
    </Modal>
  );
}

function unknown(key: string, offer: OfferLine): string {
  return key === "too_long_ago" ? t("why.too_long", { command: `callcenter explain ${offer.offer}` }) : code("error", key);
}

function Told({ found, at }: { found: Explanation; at: number }) {
  const { line, seq } = found;
  if (seq === null) return <p>{t("why.not_kept")}</p>;
  if (!line) return <p>{code("rule", found.rule)}</p>;
  return (
    <>
      <p>
        <strong>{code("rule", found.rule)}</strong>
      </p>
      <p class="quiet">
        {t("why.asked", {
          queues: inARow(line.queues.map((queue) => either(queue.title, queue.title_zh))),
          skills: inARow(line.skills.map((need) => `${skillName(need)} ${need.level}`)) || t("why.no_skill"),
        })}{" "}
        {line.steps > 0 && t("why.step", { step: line.step, steps: line.steps })}{" "}
        {t("why.waited", { waited: duration(line.waited_ms), points: line.points })}
      </p>
      {line.today && (
        <p class="row tone-warn">
          <Icon name="alert" /> {t("why.today", { name: line.today })}
        </p>
      )}
      <ul class="candidates">
        {line.candidates.filter((one) => !TOGETHER.includes(one.why)).map((one, index) => (
          <li key={index} class={one.verdict}>
            <span class={`dot ${TONES[one.verdict]}`} />
            <span class="clip">{one.agent}</span>
            <span class={one.verdict === "chosen" ? "tone-good" : "quiet"}>{reason(one)}</span>
            <span class="clock quiet">{one.idle_ms === null ? "" : duration(one.idle_ms)}</span>
          </li>
        ))}
      </ul>
      {TOGETHER.map((why) => {
        const names = line.candidates.filter((one) => one.why === why).map((one) => one.agent);
        return names.length > 0 && <p class="quiet">{t(`why.all.${why}` as Key, { names: inARow(names) })}</p>;
      })}
      <p class="quiet">{t("why.entry", { seq: String(seq), at: timeWithSeconds(at) })}</p>
    </>
  );
}

/** What many have in common and nobody looks at one by one. */
const TOGETHER = ["offline", "queue"];
const TONES = { chosen: "good", later: "call", not_free: "warn", not_able: "" } as const;

function reason(one: Candidate): string {
  if (one.verdict === "chosen") return t("why.chosen");
  if (one.why === "skill") {
    return inARow(
      one.missing.map((gap) =>
        t(gap.has ? "why.level" : "why.lacks", { skill: skillName(gap), has: gap.has, asked: gap.level }),
      ),
    );
  }
  const said = t(`why.${one.verdict}.${one.why}` as Key);
  if (one.verdict === "later") return one.is_next ? t("why.next", { reason: said }) : said;
  const more = one.reason && (worded("why.reason", one.reason) ?? either(code("break", one.reason), one.reason_zh));
  return more ? t("why.because", { state: said, reason: more }) : said;
}

/** Languages are skills as well. */
function skillName({ skill, skill_zh }: SkillAsked): string {
  return /^[a-z]{2}$/.test(skill) ? code("language", skill) : either(code("skill", skill), skill_zh);
}
