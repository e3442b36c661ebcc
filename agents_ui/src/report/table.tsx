/** A table of lines: the sum first, then each; the first column stays where it is when the others move. */
import type { Column } from "./columns";

interface Row<Line> {
  key: string;
  name: string;
  line: Line;
  sum?: boolean;
}

interface Props<Line> {
  label: string;
  head: string;
  columns: Column<Line>[];
  rows: Row<Line>[];
  /** the key of the chosen row; rows can be chosen when `choose` is given */
  chosen?: string;
  choose?: (key: string) => void;
}

export function LineTable<Line>({ label, head, columns, rows, chosen, choose }: Props<Line>) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={label}>
      <table class="grid lines">
        <caption class="hidden-text">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {columns.map((one) => (
              <th key={one.name} scope="col" class={one.first ? "num first" : "num"} title={one.about}>
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} class={[row.sum && "sum", row.key === chosen && "on"].filter(Boolean).join(" ")}>
              <th scope="row">
                {choose ? (
                  <button aria-pressed={row.key === chosen} onClick={() => choose(row.key)}>
                    {row.name}
                  </button>
                ) : (
                  row.name
                )}
              </th>
              {columns.map((one) => (
                <td key={one.name} class={`${one.first ? "num first" : "num"} ${toneOf(one, row.line)}`}>
                  {one.show(row.line)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function toneOf<Line>(column: Column<Line>, line: Line): string {
  const tone = column.tone?.(line);
  return tone && tone !== "idle" ? `tone-${tone}` : "";
}
