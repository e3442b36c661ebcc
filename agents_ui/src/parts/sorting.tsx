/** Tables that sort by a click on their heads. */
import type { Signal } from "@preact/signals";
import { locale } from "../texts/language";

export interface Sorting<Column extends string> {
  column: Column;
  down: boolean;
}

interface Props<Column extends string> {
  column: Column;
  sorting: Signal<Sorting<Column>>;
  text: string;
  num?: boolean;
}

/** A first click on figures has the highest first, one on words begins with A. */
export function SortableHead<Column extends string>({ column, sorting, text, num = false }: Props<Column>) {
  const { column: now, down } = sorting.value;
  const mine = now === column;
  return (
    <Head
      text={text}
      num={num}
      down={mine ? down : null}
      choose={() => (sorting.value = { column, down: mine ? !down : num })}
    />
  );
}

interface HeadProps {
  text: string;
  num: boolean;
  /** null: the table is sorted by another column */
  down: boolean | null;
  choose: () => void;
}

export function Head({ text, num, down, choose }: HeadProps) {
  const sort = down === null ? undefined : down ? "descending" : "ascending";
  return (
    <th scope="col" class={num ? "num" : undefined} aria-sort={sort}>
      <button onClick={choose}>
        {text}
        <span class="arrow" aria-hidden="true">
          {down === null ? "" : down ? "↓" : "↑"}
        </span>
      </button>
    </th>
  );
}

/** A sorted copy; equal ones stand in the order of `then`, so that rows don't dance. */
export function sorted<T, Column extends string>(
  rows: readonly T[],
  { column, down }: Sorting<Column>,
  by: Record<Column, (row: T) => string | number>,
  then: (row: T) => number,
): T[] {
  const key = by[column];
  const sign = down ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(key(a), key(b)) || then(a) - then(b));
}

function compare(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), locale.value);
}
