import type { ComponentChildren } from "preact"
import { useState } from "preact/hooks"
import type { List } from "../api/list.ts"
import { words } from "../language/words.ts"

interface Props<T> {
  list: List<T>
  empty: string
  className?: string
  row(row: T): ComponentChildren
}

/** The rows of a list, with what is said while there are none. */
export function Listing<T extends { id: string }>({ list, empty, className = "rows", row }: Props<T>) {
  const [isBusy, setBusy] = useState(false)
  const more = async () => {
    setBusy(true)
    await list.more()
    setBusy(false)
  }
  return (
    <>
      {list.error && (
        <p class="error" role="alert">
          {list.error}
        </p>
      )}
      {!list.rows && !list.error && <p class="lead">{words.loading}</p>}
      {list.rows?.length === 0 && <p class="nothing">{empty}</p>}
      {list.rows && list.rows.length > 0 && (
        <ul class={className}>
          {list.rows.map((one) => (
            <li key={one.id}>{row(one)}</li>
          ))}
        </ul>
      )}
      {list.hasMore && (
        <button type="button" class="plain" disabled={isBusy} onClick={more}>
          {words.more}
        </button>
      )}
    </>
  )
}
