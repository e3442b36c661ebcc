/** The way through the IVR: each node with the exit by which it was left. */
import { code, t } from "../texts";

export function Path({ path }: { path: readonly [string, string][] }) {
  return (
    <ol class="path">
      {path.map(([node, exit], index) => (
        <li key={index}>
          <span>{code("node", node)}</span>
          <span class="exit">{/^[0-9*#]$/.test(exit) ? t("exit.key", { digit: exit }) : code("exit", exit)}</span>
        </li>
      ))}
    </ol>
  );
}
