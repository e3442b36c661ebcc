/** The way through the IVR: where the caller had a choice or a check, and what came of it. */
import { code, t } from "../texts";

interface Props {
  path: readonly [node: string, exit: string][];
  /** where the last choice led to */
  end?: string;
}

/** By these a call goes on without the caller: a prompt that was heard, a question to which we know the answer. */
const SILENT = new Set(["next", "else", "yes", "en", "zh"]);

export function Path({ path, end = "" }: Props) {
  const told = path.map(([node, exit], index) => ({ node, exit, index })).filter(({ exit }) => !SILENT.has(exit));
  const steps = told.map(({ node, exit, index }) => {
    const last = index === told.at(-1)?.index;
    return { node, exit, to: last && end ? undefined : path[index + 1]?.[0] };
  });
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
