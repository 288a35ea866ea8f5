import type { ComponentChildren } from "preact"
import { useLayoutEffect, useRef } from "preact/hooks"
import { words } from "../language/language.ts"
import { Icon } from "./icon.tsx"

interface Props {
  title: string
  close(): void
  /** Comes from the edge of the screen and leaves the page in sight. */
  isSheet?: boolean
  children: ComponentChildren
}

/** A window above the page. The browser keeps the focus inside, gives it back afterwards and closes on Escape. */
export function Modal({ title, close, isSheet = false, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  // Before the children ask for the focus, which the browser puts on the first button.
  useLayoutEffect(() => {
    const mine = dialog.current
    mine?.showModal()
    return () => mine?.close()
  }, [])
  const closeOutside = (event: MouseEvent) => {
    if (event.target === dialog.current) close()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same, by the browser.
    <dialog
      ref={dialog}
      class={isSheet ? "modal sheet" : "modal"}
      aria-label={title}
      onClose={close}
      onClick={closeOutside}
    >
      <div class="modal-body">
        <header class="modal-head">
          <h2>{title}</h2>
          <button type="button" class="round" aria-label={words.close} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
