/** The limits of the alarms, a line for each queue. */
import { Icon } from "../parts/icon";
import { Modal } from "../parts/modal";
import { queueTitle, t } from "../texts";
import type { QueueRow } from "../wire";
import { bellOn, limitsOf, resetLimits, setLimit, toggleBell, type Limits } from "./alarms";

const MAX: Limits = { wait: 3600, waiting: 999, level: 100 };

export function Thresholds({ queues, onClose }: { queues: QueueRow[]; onClose: () => void }) {
  return (
    <Modal title={t("thresholds.title")} onClose={onClose}>
      <div class="thresholds">
        <p class="quiet">{t("thresholds.about")}</p>
        <table class="grid">
          <thead>
            <tr>
              <th scope="col">{t("thresholds.queue")}</th>
              <th scope="col" class="num">
                {t("thresholds.wait")}
              </th>
              <th scope="col" class="num">
                {t("thresholds.waiting")}
              </th>
              <th scope="col" class="num">
                {t("thresholds.level")}
              </th>
            </tr>
          </thead>
          <tbody>
            {queues.map((queue) => (
              <tr key={queue.queue}>
                <th scope="row">{queueTitle(queue)}</th>
                {(["wait", "waiting", "level"] as const).map((name) => (
                  <td key={name} class="num">
                    <Limit queue={queue} name={name} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        <div class="row answers">
          <button class="button" aria-pressed={!bellOn.value} onClick={toggleBell}>
            <Icon name={bellOn.value ? "bell" : "volumeOff"} />
            {bellOn.value ? t("thresholds.ring") : t("thresholds.silent")}
          </button>
          <span class="grow" />
          <button class="button ghost" onClick={resetLimits}>
            {t("thresholds.reset")}
          </button>
        </div>
      </div>
    </Modal>
  );
}

function Limit({ queue, name }: { queue: QueueRow; name: keyof Limits }) {
  return (
    <input
      type="number"
      min={0}
      max={MAX[name]}
      aria-label={`${queueTitle(queue)}: ${t(`thresholds.${name}`)}`}
      value={limitsOf(queue)[name]}
      onChange={(event) => {
        const value = event.currentTarget.valueAsNumber;
        if (value >= 0 && value <= MAX[name]) setLimit(queue.queue, name, value);
      }}
    />
  );
}
