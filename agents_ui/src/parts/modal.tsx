/**
 * A modal dialog: the browser's own, so focus is kept inside and Escape closes it. However it ends, and also when one
 * led to the next, the focus is back where it was before.
 */
import type { ComponentChildren } from "preact";
import { useContext, useLayoutEffect, useRef } from "preact/hooks";
import { Layer } from "../keys";
import { t } from "../texts";
import { Icon } from "./icon";
import { Spoken } from "./toasts";

interface Props {
  title: string;
  onClose: () => void;
  class?: string;
  children: ComponentChildren;
}

export function Modal({ title, onClose, class: name, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  // A click that began inside is none beside it: so ends a word that is marked with the mouse.
  const outside = useRef(false);
  const layer = useContext(Layer);
  const gone = useRef(false);
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (!shown) return undefined;
    const before = focusBefore(shown);
    // At once, so that words typed right after the key that opened it stand in it.
    shown.showModal();
    return () => {
      gone.current = true;
      shown.close();
      if (document.activeElement === document.body) before.find((one) => one.isConnected)?.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={name}
      aria-label={title}
      onClose={() => gone.current || onClose()}
      // Taken away within the keystroke: left to the browser, its field hears the next key too, hidden as it is.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => (outside.current = event.target === dialog.current)}
      onClick={(event) => outside.current && event.target === dialog.current && dialog.current?.close()}
    >
      <header>
        <h2 class="grow">{title}</h2>
        <button
          class="button ghost icon-only"
          onClick={() => dialog.current?.close()}
          aria-label={t("dialog.close")}
        >
          <Icon name="close" />
        </button>
      </header>
      <Spoken />
      <div class="body">
        <Layer.Provider value={layer + 1}>{children}</Layer.Provider>
      </div>
    </dialog>
  );
}

const openedFrom = new WeakMap<Element, HTMLElement[]>();

/** What had the focus, and, if that was in a dialog, what had it before that one: it may close first. */
function focusBefore(dialog: HTMLDialogElement): HTMLElement[] {
  const focused = document.activeElement;
  const under = focused?.closest("dialog");
  const before = [
    ...(focused instanceof HTMLElement && focused !== document.body ? [focused] : []),
    ...((under && openedFrom.get(under)) ?? []),
  ];
  openedFrom.set(dialog, before);
  return before;
}
