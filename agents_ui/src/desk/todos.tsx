/** Interactions that this agent has not coded yet: they wait here until somebody says what they were about. */
import { serverNow } from "../clock";
import { dayAndTime } from "../format";
import { useKeys } from "../keys";
import { Icon } from "../parts/icon";
import { Modal } from "../parts/modal";
import { queueTitle, t } from "../texts";
import type { Todo } from "../wire";
import { Coding } from "./coding";
import type { Desk } from "./model";

export function Todos({ desk }: { desk: Desk }) {
  const todos = desk.todos.value;
  const first = todos[0];
  const opened = todos.find((todo) => todo.engagement === desk.opened.value);
  useKeys([
    {
      keys: ["t"],
      text: "keys.todo",
      run: () => (desk.opened.value = first?.engagement ?? null),
      on: first !== undefined && !["offered", "talking"].includes(desk.contact.value?.stage ?? ""),
    },
  ]);
  return (
    <section class="card todos" aria-label={t("todo.title")}>
      <header>
        <Icon name="list" />
        <h2 class="grow">{t("todo.title")}</h2>
        {first && <span class="badge warn">{todos.length}</span>}
      </header>
      {first ? (
        <ul>
          {todos.map((todo) => (
            <li key={todo.engagement}>
              <button onClick={() => (desk.opened.value = todo.engagement)}>
                <span class="clip">
                  <strong>{todo.customer || t("caller.unknown")}</strong>
                  <span class="label clip">
                    {queueTitle(todo)} · {dayAndTime(todo.at, serverNow())}
                  </span>
                </span>
                <Icon name="right" />
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p class="quiet none">{t("todo.none")}</p>
      )}
      {opened && <Opened desk={desk} opened={opened} />}
    </section>
  );
}

function Opened({ desk, opened }: { desk: Desk; opened: Todo }) {
  const callBack = () => {
    desk.opened.value = null;
    desk.calling.value = { words: opened.customer, customer: opened.customer_id };
  };
  return (
        <Modal
          title={t("todo.open", {
            who: opened.customer || t("caller.unknown"),
            at: dayAndTime(opened.at, serverNow()),
          })}
          onClose={() => (desk.opened.value = null)}
        >
          <Coding
            key={opened.engagement}
            desk={desk}
            engagement={opened.engagement}
            draft={opened.public_id}
            dispositions={opened.dispositions}
            dispositionsZh={opened.dispositions_zh}
            disposition=""
            note={opened.note}
            finishing
            deadlineAt={null}
          />
          {opened.customer_id !== null && (
            <button class="button call-back" disabled={!desk.mayCall.value} onClick={callBack}>
              <Icon name="phone" /> {t("todo.call_back", { who: opened.customer })}
            </button>
          )}
        </Modal>
  );
}
