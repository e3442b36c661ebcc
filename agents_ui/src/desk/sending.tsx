/**
 * Where to send the caller: a colleague, a queue or a number. Enter asks first, with the caller on hold; with Shift
 * the caller goes at once.
 */
import { useSignal } from "@preact/signals";
import { Combo, stillMarked } from "../parts/combo";
import { Icon } from "../parts/icon";
import { Modal } from "../parts/modal";
import { Ticking } from "../parts/ticking";
import { routingTone } from "../states";
import { code, queueTitle, t } from "../texts";
import type { DeskContact, DirectoryAgent, DirectoryQueue, Me } from "../wire";
import { nameOf } from "./caller";
import { isFree, places, useDirectory, type Place } from "./directory";
import type { Desk } from "./model";
import { breakName } from "./stages";

export function Sending({ desk, contact }: { desk: Desk; contact: DeskContact }) {
  const rows = useDirectory(desk.feed);
  const words = useSignal("");
  const key = useSignal("");
  const choices = rows ? places(rows, words.value, desk.me.value?.agent ?? 0) : [];
  const marked = stillMarked(choices, key.value, words.value);
  const send = (place: Place, first: boolean) => {
    if (!desk.busy.value && !place.off) void desk.send(place.to, first);
  };
  return (
    <Modal
      title={t("send.title", { who: nameOf(contact) })}
      onClose={() => (desk.sending.value = false)}
      class="picker"
    >
      <Combo
        label={t("send.to_whom")}
        placeholder={t("send.type")}
        words={words.value}
        type={(typed) => (words.value = typed)}
        choices={choices}
        marked={marked}
        mark={(place) => (key.value = place.key)}
        take={(place, shift) => send(place, !shift)}
        draw={(place) => <Line desk={desk} place={place} />}
        empty={rows ? t("send.nobody") : t("frame.loading")}
      />
      <footer class="picker-foot">
        <p class="quiet grow" role="status">
          {choices.length && !marked ? t("send.none_free") : t("send.about")}
        </p>
        <button
          class="button"
          disabled={!marked}
          aria-disabled={desk.busy.value}
          onClick={() => marked && send(marked, false)}
        >
          <Icon name="send" />
          {t("send.now")} <kbd aria-hidden="true">⇧ ↵</kbd>
        </button>
        <button
          class="button primary"
          disabled={!marked}
          aria-disabled={desk.busy.value}
          onClick={() => marked && send(marked, true)}
        >
          <Icon name="ask" />
          {t("send.ask_first")} <kbd aria-hidden="true">↵</kbd>
        </button>
      </footer>
    </Modal>
  );
}

function Line({ desk, place }: { desk: Desk; place: Place }) {
  if (place.kind === "agent") return <AgentLine desk={desk} agent={place.agent} serves={place.serves} />;
  if (place.kind === "queue") return <QueueLine queue={place.queue} />;
  return (
    <>
      <Icon name="phone" />
      <strong class="grow clip">{place.number}</strong>
    </>
  );
}

interface AgentLineProps {
  desk: Desk;
  agent: DirectoryAgent;
  /** the titles of the queues */
  serves: string;
}

export function AgentLine({ desk, agent, serves }: AgentLineProps) {
  const free = isFree(agent);
  return (
    <>
      <span class={`dot ${agent.station ? routingTone(agent.routing) : ""}`} />
      <span class="grow clip">
        <strong>{agent.name}</strong> <span class="label">{serves}</span>
      </span>
      <span class={`state ${free ? "tone-good" : ""}`}>{agentState(agent, desk.me.value)}</span>
      <Ticking at={agent.since_at} class="since" />
    </>
  );
}

function QueueLine({ queue }: { queue: DirectoryQueue }) {
  return (
    <>
      <Icon name="queue" />
      <strong class="grow clip">{queueTitle(queue)}</strong>
      <span class={`state ${queue.ready && !queue.closed ? "tone-good" : ""}`}>
        {queue.closed ? t("places.closed") : t("places.ready", { count: queue.ready })}
      </span>
      <span class={`since ${queue.waiting ? "tone-warn" : ""}`}>
        {t("places.waiting", { count: queue.waiting })}
      </span>
    </>
  );
}

function agentState(agent: DirectoryAgent, me: Me | null | undefined): string {
  if (agent.routing === "idle" && !agent.station) return t("agents.no_phone");
  if (agent.routing === "off_queue" && agent.reason && agent.reason !== "signed_in")
    return breakName(me, agent.reason);
  return code("routing", agent.routing);
}
