/**
 * A field with a list under it: what is typed narrows the list, ↑ ↓ walk it, Enter takes what is marked, and so does
 * a second click. The focus never leaves the field.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId } from "preact/hooks";
import { Icon } from "./icon";

export interface Choice {
  key: string;
  /** the heading under which it stands */
  group: string;
  /** shown, but not to be had now */
  off?: boolean;
}

interface Props<C extends Choice> {
  label: string;
  placeholder: string;
  words: string;
  type: (words: string) => void;
  /** those of one group stand together */
  choices: readonly C[];
  marked: C | undefined;
  mark: (choice: C) => void;
  /** `shift`: with the Shift key */
  take: (choice: C, shift: boolean) => void;
  draw: (choice: C) => ComponentChildren;
  /** what fits the last words is still being looked for */
  busy?: boolean;
  /** instead of a list */
  empty: ComponentChildren;
}

export function Combo<C extends Choice>(props: Props<C>) {
  const { choices, marked, mark } = props;
  const id = useId();
  const idOf = (choice: C) => `${id}-${choice.key}`;
  useEffect(() => {
    if (marked) document.getElementById(idOf(marked))?.scrollIntoView({ block: "nearest" });
  }, [marked?.key]);
  const walk = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const next = event.key === "Enter" ? marked : walked(choices, marked, event.key);
    if (next === undefined) return;
    event.preventDefault();
    if (event.key === "Enter") props.take(next, event.shiftKey);
    else mark(next);
  };
  return (
    <div class="combo">
      <label class="search">
        <Icon name="search" />
        <span class="hidden-text">{props.label}</span>
        <input
          type="text"
          autofocus
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={choices.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={marked && idOf(marked)}
          autocomplete="off"
          spellcheck={false}
          placeholder={props.placeholder}
          value={props.words}
          onInput={(event) => props.type(event.currentTarget.value)}
          onKeyDown={walk}
        />
      </label>
      <div
        id={`${id}-list`}
        class="choices-list"
        role="listbox"
        aria-label={props.label}
        aria-busy={props.busy ?? false}
      >
        {grouped(choices).map(([group, ours]) => (
          <div key={group} role="group" aria-label={group}>
            <div class="group" role="presentation">
              {group}
            </div>
            {ours.map((choice) => (
              <div
                key={choice.key}
                id={idOf(choice)}
                role="option"
                class="choice"
                aria-selected={choice.key === marked?.key}
                aria-disabled={choice.off ? true : undefined}
                // Else the field would lose the focus.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => !choice.off && mark(choice)}
                onDblClick={() => !choice.off && props.take(choice, false)}
              >
                {props.draw(choice)}
              </div>
            ))}
          </div>
        ))}
      </div>
      {!choices.length && <div class="none quiet">{props.empty}</div>}
    </div>
  );
}

/** Where an arrow leads from what is marked; undefined: the key is no arrow, or there is nowhere to go. */
export function walked<C extends Choice>(
  choices: readonly C[],
  from: C | undefined,
  key: string,
): C | undefined {
  const ways = choices.filter((choice) => !choice.off);
  const at = ways.findIndex((choice) => choice.key === from?.key);
  if (key === "ArrowDown") return ways[(at + 1) % ways.length];
  if (key === "ArrowUp") return ways.at(at <= 0 ? -1 : at - 1);
  return undefined;
}

/**
 * What is marked when the list changes: the same, else the first that can be had. Before a word is typed nothing is,
 * so that a stray Enter takes nothing.
 */
export function stillMarked<C extends Choice>(
  choices: readonly C[],
  key: string,
  words: string,
): C | undefined {
  const can = choices.filter((choice) => !choice.off);
  return can.find((choice) => choice.key === key) ?? (words.trim() ? can[0] : undefined);
}

function grouped<C extends Choice>(choices: readonly C[]): [string, C[]][] {
  const groups = new Map<string, C[]>();
  for (const choice of choices) groups.set(choice.group, [...(groups.get(choice.group) ?? []), choice]);
  return [...groups];
}
