import { useCallback, useEffect, useRef, useState } from "preact/hooks"
import { call, reasonOf, type Values } from "./call.ts"

/** Rows of one page of the server's. */
const pageSize = 20
/** Rows that are read anew at most. */
const rowsMax = 200

export interface List<T> {
  /** Undefined until the first answer. */
  rows: T[] | undefined
  error: string | undefined
  hasMore: boolean
  more(): Promise<void>
  /** Reads everything shown anew. */
  reload(): Promise<void>
}

/**
 * A list of the server's, page by page.
 *
 * @param every milliseconds after which it is read anew by itself while the page is in sight; 0 for never
 */
export function useList<T extends { id: string }>(path: string, name: string, values: Values = {}, every = 0): List<T> {
  const [rows, setRows] = useState<T[]>()
  const [error, setError] = useState<string>()
  const [hasMore, setMore] = useState(false)
  const asked = useRef(0)
  const wish = JSON.stringify(values)

  const page = useCallback(
    async (before: string | undefined): Promise<T[]> => {
      const answer = await call<Record<string, T[]>>("GET", path, { ...JSON.parse(wish), before })
      return answer[name] ?? []
    },
    [path, name, wish],
  )

  const read = useCallback(
    async (known: T[], wanted: number) => {
      asked.current += 1
      const mine = asked.current
      try {
        const all = [...known]
        for (;;) {
          const next = await page(all.at(-1)?.id)
          all.push(...next)
          const isWhole = next.length < pageSize
          if (!isWhole && all.length < wanted) continue
          if (mine !== asked.current) return
          setRows(all)
          setMore(!isWhole)
          return setError(undefined)
        }
      } catch (reason) {
        if (mine === asked.current) setError(reasonOf(reason))
      }
    },
    [page],
  )

  const shown = Math.min(rows?.length ?? 0, rowsMax)
  const reload = useCallback(() => read([], shown), [read, shown])

  useEffect(() => {
    setRows(undefined)
    void read([], 0)
    return () => {
      asked.current += 1
    }
  }, [read])

  useEffect(() => {
    if (every === 0) return
    const timer = setInterval(() => document.visibilityState === "visible" && void reload(), every)
    return () => clearInterval(timer)
  }, [every, reload])

  const first = rows ?? []
  return { rows, error, hasMore, more: () => read(first, first.length + 1), reload }
}
