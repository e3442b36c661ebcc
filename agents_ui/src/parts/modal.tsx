/** A modal dialog: the browser's own, so focus is kept inside and Escape closes it. */
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
  const layer = useContext(Layer);
  // At once, so that words typed right after the key that opened it stand in it.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class={name}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
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
