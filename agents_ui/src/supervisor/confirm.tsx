/** What hurts somebody is asked about first, in words that say whom and how. */
import { Icon, type IconName } from "../parts/icon";
import { Modal } from "../parts/modal";
import { t } from "../texts";
import type { AgentRow } from "../wire";
import type { Floor } from "./model";

export function Confirm({ floor }: { floor: Floor }) {
  const question = floor.question.value;
  if (!question) return null;
  const close = () => (floor.question.value = null);
  const name = question.agent.name;
  if (question.kind === "take_over") {
    const go = () => void floor.takeOver(question.agent);
    return (
      <Asked
        title={t("confirm.take_over", { name })}
        about={[t("confirm.take_over_about", { name })]}
        icon="transfer"
        go={t("confirm.take_over_go")}
        onGo={go}
        onClose={close}
      />
    );
  }
  return (
    <Asked
      title={t("confirm.sign_out", { name })}
      about={signOutAbout(question.agent)}
      icon="power"
      go={t("confirm.sign_out_go")}
      onGo={() => void floor.signOut(question.agent)}
      onClose={close}
    />
  );
}

function signOutAbout(agent: AgentRow): string[] {
  const talks = agent.routing === "on_contact" ? [t("confirm.sign_out_talking", { name: agent.name })] : [];
  return [...talks, t("confirm.sign_out_about", { name: agent.name })];
}

interface Props {
  title: string;
  about: string[];
  icon: IconName;
  go: string;
  onGo: () => void;
  onClose: () => void;
}

function Asked({ title, about, icon, go, onGo, onClose }: Props) {
  return (
    <Modal title={title} onClose={onClose}>
      <div class="asked">
        {about.map((line) => (
          <p key={line}>{line}</p>
        ))}
        <div class="row answers">
          <button class="button" autofocus onClick={onClose}>
            {t("confirm.cancel")}
          </button>
          <button
            class="button end"
            onClick={() => {
              onClose();
              onGo();
            }}
          >
            <Icon name={icon} />
            {go}
          </button>
        </div>
      </div>
    </Modal>
  );
}
