import { useEffect } from "preact/hooks"
import { type Cell, cell, useCell } from "../cell.ts"

interface Message {
  text: string
  isError: boolean
}

const message: Cell<Message | undefined> = cell(undefined)
/** How long a message stays, in milliseconds. */
const shown = 4_000

/** Tells the reader something that needs no answer. A modal window would hide it, and has to tell its own news. */
export const say = (text: string, isError = false) => message.set({ text, isError })

/** Where those messages appear. */
export function Toast() {
  const current = useCell(message)
  useEffect(() => {
    if (!current) return
    const timer = setTimeout(() => message.set(undefined), shown)
    return () => clearTimeout(timer)
  }, [current])
  return (
    <div class="toasts" role="status" aria-live="polite">
      {current && (
        <p class={current.isError ? "toast error" : "toast"} key={current.text}>
          {current.text}
        </p>
      )}
    </div>
  )
}
