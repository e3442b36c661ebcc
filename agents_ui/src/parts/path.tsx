/** The way through the IVR: where the caller had a choice or a check, and what came of it. */
import { code, t } from "../texts";

interface Props {
  path: readonly [node: string, exit: string][];
  /** where the last choice led to */
  end?: string;
}

export function Path({ path, end = "" }: Props) {
  const steps = path
    .map(([node, exit], index) => ({ node, exit, to: path[index + 1]?.[0] }))
    // A prompt that simply goes on tells nothing.
    .filter(({ exit }) => exit !== "next");
  return (
    <ol class="path">
      {steps.map(({ node, exit, to }, index) => (
        <li key={index}>
          <span>{code("node", node)}</span>
          <span class="exit">{exitText(exit, to === undefined ? end : code("node", to))}</span>
        </li>
      ))}
    </ol>
  );
}

function exitText(exit: string, to: string): string {
  if (!/^[0-9*#]$/.test(exit)) return code("exit", exit);
  return to ? t("exit.key_to", { digit: exit, node: to }) : t("exit.key", { digit: exit });
}
