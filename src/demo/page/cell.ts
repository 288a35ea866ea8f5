import { useEffect, useState } from "preact/hooks"

/** A value that several parts of the page look at. */
export interface Cell<T> {
  readonly value: T
  set(next: T): void
  /** Calls on each change, until the answer is called. */
  listen(hear: (value: T) => void): () => void
}

export function cell<T>(first: T): Cell<T> {
  let value = first
  const listeners = new Set<(value: T) => void>()
  return {
    get value() {
      return value
    },
    set(next) {
      if (next === value) return
      value = next
      for (const hear of [...listeners]) hear(next)
    },
    listen(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
  }
}

/** The cell's value; the component is drawn anew when it changes. */
export function useCell<T>(source: Cell<T>): T {
  const [value, set] = useState(() => source.value)
  useEffect(() => {
    set(() => source.value)
    return source.listen((next) => set(() => next))
  }, [source])
  return value
}
