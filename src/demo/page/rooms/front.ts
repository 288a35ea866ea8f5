import { useEffect, useState } from "preact/hooks"
import type { FrontPage, RoomRow } from "../api/answers.ts"
import { call, reasonOf } from "../api/call.ts"

/** How often the list is asked for while somebody looks at it, in milliseconds. */
const every = 4_000
const pageSize = 20

export interface Front {
  /** Undefined until the first answer. */
  rooms: RoomRow[] | undefined
  conferences: RoomRow[]
  replays: RoomRow[]
  /** Why there is no answer now. */
  error: string | undefined
  hasMore: boolean
  more(): void
}

/** What is on the air, kept up to date, and what hosts recommend of what was. */
export function useFront(): Front {
  const [pages, setPages] = useState(1)
  const [lists, setLists] = useState<Awaited<ReturnType<typeof frontPages>>>()
  const [error, setError] = useState<string>()
  useEffect(() => {
    let isOver = false
    let timer: ReturnType<typeof setTimeout>
    const ask = async () => {
      try {
        const found = document.hidden ? undefined : await frontPages(pages)
        if (isOver) return
        if (found) setLists(found)
        setError(undefined)
      } catch (reason) {
        if (isOver) return
        setError(reasonOf(reason))
      }
      timer = setTimeout(ask, every)
    }
    void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [pages])
  return {
    rooms: lists?.rooms,
    conferences: lists?.conferences ?? [],
    replays: lists?.replays ?? [],
    error,
    hasMore: Math.max(lists?.rooms.length ?? 0, lists?.conferences.length ?? 0) >= pages * pageSize,
    more: () => setPages(pages + 1),
  }
}

async function frontPages(pages: number) {
  const asked = Array.from({ length: pages }, (_, index) => call<FrontPage>("GET", "/recommand_list", { index }))
  const found = await Promise.all(asked)
  return {
    rooms: onceEach(found.flatMap(({ RoomList }) => RoomList)),
    conferences: onceEach(found.flatMap(({ MultipleList }) => MultipleList)),
    replays: found[0]?.PlayBackList ?? [],
  }
}

/** A room that opens meanwhile moves the others to the next page. */
const onceEach = (rows: RoomRow[]) => [...new Map(rows.map((row) => [row.room_id, row])).values()]
