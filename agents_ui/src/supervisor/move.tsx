/** An agent gets other queues: a small dialog with all of them, and what the agent lacks for each. */
import { useSignal } from "@preact/signals";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { Modal } from "../parts/modal";
import { inARow, queueTitle, t } from "../texts";
import type { AgentRow, QueueRow } from "../wire";
import type { Floor } from "./model";

export function Move({ floor }: { floor: Floor }) {
  const agent = floor.agent(floor.moving.value);
  if (!agent) return null;
  return (
    <Modal title={t("move.title", { name: agent.name })} onClose={() => (floor.moving.value = null)}>
      <Choice floor={floor} agent={agent} />
    </Modal>
  );
}

function Choice({ floor, agent }: { floor: Floor; agent: AgentRow }) {
  const chosen = useSignal<readonly string[]>(agent.queues);
  const queues = floor.queues.value;
  const same = [...chosen.value].sort().join() === [...agent.queues].sort().join();
  const toggle = (queue: string) =>
    (chosen.value = chosen.value.includes(queue)
      ? chosen.value.filter((one) => one !== queue)
      : [...chosen.value, queue]);
  const save = () => {
    if (same) return;
    floor.moving.value = null;
    void floor.move(agent, [...chosen.value]);
  };
  useKeys([
    {
      keys: queues.slice(0, 9).map((_, index) => String(index + 1)),
      text: "keys.choose_queue",
      run: (key) => toggle(queues[Number(key) - 1]?.queue ?? ""),
    },
    { keys: ["Ctrl+Enter"], text: "move.save", run: save },
  ]);
  return (
    <div class="move">
      <p class="quiet">{t("move.about")}</p>
      <div class="queue-choices">
        {queues.map((one, index) => (
          <label key={one.queue} class="row">
            <input
              type="checkbox"
              autofocus={index === 0}
              checked={chosen.value.includes(one.queue)}
              onChange={() => toggle(one.queue)}
            />
            <span class="grow">{queueTitle(one)}</span>
            {lacking(agent, one, floor).length > 0 && (
              <span class="label">{t("move.lacks", { skills: inARow(lacking(agent, one, floor)) })}</span>
            )}
            {index < 9 && <kbd aria-hidden="true">{index + 1}</kbd>}
          </label>
        ))}
      </div>
      {!chosen.value.length && (
        <p class="row tone-warn">
          <Icon name="alert" /> {t("move.none", { name: agent.name })}
        </p>
      )}
      <div class="row answers">
        <button class="button" onClick={() => (floor.moving.value = null)}>
          {t("confirm.cancel")}
        </button>
        <button class="button primary" disabled={same || floor.busy.value} onClick={save}>
          <Icon name="move" /> {t("move.save")}
        </button>
      </div>
    </div>
  );
}

/** Skills that the queue asks for and this agent has not, or not well enough: no call of it comes to them. */
function lacking(agent: AgentRow, queue: QueueRow, floor: Floor): string[] {
  const has = new Map(agent.skills);
  return queue.skills.filter(([skill, level]) => (has.get(skill) ?? 0) < level).map(([skill]) => floor.skillName(skill));
}
