/** What can be done with one agent: their talk, their state, their queues. Everything has its key. */
import type { ComponentChildren } from "preact";
import { useKeys } from "../keys";
import { Icon, type IconName } from "../parts/icon";
import { Modal } from "../parts/modal";
import { Ticking } from "../parts/ticking";
import { inARow, t } from "../texts";
import type { AgentRow } from "../wire";
import { Doing } from "./doing";
import { isBusy, type Floor, type Power } from "./model";

export function Sheet({ floor }: { floor: Floor }) {
  const agent = floor.agent(floor.opened.value);
  if (!agent) return null;
  const close = () => (floor.opened.value = null);
  return (
    <Modal title={agent.name} onClose={close}>
      <div class="sheet">
        <p class="row now">
          <Doing agent={agent} floor={floor} />
          <Ticking at={agent.since_at} class="quiet" />
        </p>
        <Talk floor={floor} agent={agent} close={close} />
        <State floor={floor} agent={agent} close={close} />
        <Queues floor={floor} agent={agent} close={close} />
      </div>
    </Modal>
  );
}

interface Props {
  floor: Floor;
  agent: AgentRow;
  close: () => void;
}

const TALK: { power: Power; icon: IconName; key: string }[] = [
  { power: "monitor", icon: "headset", key: "l" },
  { power: "coach", icon: "whisper", key: "w" },
  { power: "barge", icon: "speak", key: "Shift+B" },
];

function Talk({ floor, agent, close }: Props) {
  const may = TALK.filter(({ power }) => floor.may(power));
  const can = floor.canListen(agent) && floor.feed.hello.value?.agent != null;
  const join = (power: Power) => {
    close();
    void floor.join(power, agent);
  };
  useKeys(
    may.map(({ power, key }) => ({
      keys: [key],
      text: `keys.${{ monitor: "listen", coach: "whisper", barge: "barge" }[power]}` as "keys.listen",
      run: () => join(power),
      on: can && !floor.busy.value,
    })),
  );
  if (!may.length) return null;
  return (
    <Section title={t("sheet.talk")}>
      {can ? (
        <div class="powers">
          {may.map(({ power, icon, key }) => (
            <button key={power} class="button" disabled={floor.busy.value} onClick={() => join(power)}>
              <Icon name={icon} />
              <span class="grow">
                {t(`power.${power}`)}
                <small>{t(`power.${power}_about`)}</small>
              </span>
              <kbd aria-hidden="true">{key.replace("Shift+", "⇧ ").toUpperCase()}</kbd>
            </button>
          ))}
        </div>
      ) : (
        <p class="quiet">
          {floor.feed.hello.value?.agent == null
            ? t("sheet.no_phone")
            : t("sheet.no_talk", { name: agent.name })}
        </p>
      )}
    </Section>
  );
}

function State({ floor, agent, close }: Props) {
  const reasons = floor.feed.hello.value?.break_reasons ?? [];
  const choices = ["", ...reasons];
  const may = floor.may("force-state") && !floor.isMe(agent);
  const force = (reason: string) => {
    close();
    void floor.force(agent, reason);
  };
  useKeys([
    {
      keys: choices.slice(0, 10).map((_, index) => String(index)),
      text: "keys.reason",
      run: (key) => force(choices[Number(key)] ?? ""),
      on: may && !floor.busy.value,
    },
  ]);
  if (!may && !floor.may("force-sign-out")) return null;
  return (
    <Section title={t("sheet.state")} about={t(isBusy(agent) ? "sheet.state_after" : "sheet.state_now")}>
      <div class="choices">
        {may &&
          choices.map((reason, index) => (
            <button
              key={reason}
              class="button small"
              disabled={floor.busy.value}
              onClick={() => force(reason)}
            >
              {reason ? floor.breakName(reason) : t("sheet.ready")}
              {index < 10 && <kbd aria-hidden="true">{index}</kbd>}
            </button>
          ))}
        {floor.may("force-sign-out") && !floor.isMe(agent) && (
          <button
            class="button small hurts"
            disabled={floor.busy.value}
            onClick={() => {
              close();
              floor.question.value = { kind: "sign_out", agent };
            }}
          >
            <Icon name="power" /> {t("sheet.sign_out")}
          </button>
        )}
      </div>
    </Section>
  );
}

function Queues({ floor, agent, close }: Props) {
  const move = () => {
    close();
    floor.moving.value = agent.agent;
  };
  useKeys([{ keys: ["m"], text: "power.move-agent", run: move, on: floor.may("move-agent") }]);
  return (
    <Section title={t("sheet.queues")}>
      <div class="row wrap">
        <span class="grow">
          {inARow(agent.queues.map((queue) => floor.queueTitle(queue))) || t("sheet.queues_none")}
          <small>{agent.skills.map(([skill, level]) => `${floor.skillName(skill)} ${level}`).join(" · ")}</small>
        </span>
        {floor.may("move-agent") && (
          <button class="button small" onClick={move}>
            <Icon name="move" /> {t("sheet.move")} <kbd aria-hidden="true">M</kbd>
          </button>
        )}
      </div>
    </Section>
  );
}

function Section({
  title,
  about,
  children,
}: {
  title: string;
  about?: string;
  children: ComponentChildren;
}) {
  return (
    <section aria-label={title}>
      <h3>
        {title} {about && <span class="label">{about}</span>}
      </h3>
      {children}
    </section>
  );
}
