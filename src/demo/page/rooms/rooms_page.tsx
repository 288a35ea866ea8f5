import { useEffect } from "preact/hooks"
import { words } from "../language/language.ts"
import { EmptyHouse } from "./empty_house.tsx"
import { useFront } from "./front.ts"
import { Tile } from "./tile.tsx"

/** What is on the air, and what can be watched again. */
export function RoomsPage() {
  const { rooms, conferences, replays, error, hasMore, more } = useFront()
  useEffect(() => {
    document.title = words.product
  }, [])
  return (
    <div class="page">
      <div class="page-head">
        <h1>{words.liveNow}</h1>
        {error && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
      </div>
      {rooms === undefined && !error && <p class="hint">{words.loading}</p>}
      {rooms && rooms.length + conferences.length === 0 && <EmptyHouse />}
      {rooms && rooms.length + conferences.length > 0 && (
        <ul class="tiles" aria-label={words.liveNow}>
          {conferences.map((row) => (
            <Tile row={row} isLive isConference key={row.room_id} />
          ))}
          {rooms.map((row) => (
            <Tile row={row} isLive key={row.room_id} />
          ))}
        </ul>
      )}
      {hasMore && (
        <button type="button" class="plain" onClick={more}>
          {words.more}
        </button>
      )}
      {replays.length > 0 && (
        <section>
          <h2>{words.replays}</h2>
          <ul class="tiles" aria-label={words.replays}>
            {replays.map((row) => (
              <Tile row={row} isLive={false} key={row.room_id} />
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
