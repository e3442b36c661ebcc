/**
 * A button while an ask is on its way: it looks as if it were off and does nothing, but keeps the focus, which one that
 * is `disabled` loses; whoever has no mouse would begin at the top of the page again.
 */
export function patient(busy: boolean, run: () => void): { "aria-disabled": boolean; onClick: () => void } {
  return {
    "aria-disabled": busy,
    onClick: () => {
      if (!busy) run();
    },
  };
}
