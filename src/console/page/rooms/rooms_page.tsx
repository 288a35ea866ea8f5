import { useState } from "preact/hooks"
import { brief, count } from "../../../demo/page/language/language.ts"
import { Cover } from "../../../demo/page/parts/cover.tsx"
import { Icon } from "../../../demo/page/parts/icon.tsx"
import type { RoomNow } from "../api/answers.ts"
import { call } from "../api/call.ts"
import { useList } from "../api/list.ts"
import { may } from "../api/session.ts"
import { words } from "../language/words.ts"
import { ask } from "../parts/form.tsx"
import { Listing } from "../parts/listing.tsx"
import { addressOf } from "../place.ts"
import { Watch } from "./watch.tsx"

/** How often the wall is read anew, in milliseconds. */
const every = 5_000

/** Everything on the air, as a wall of tiles. */
export function RoomsPage() {
  const list = useList<RoomNow>("/admin/rooms", "rooms", {}, every)
  const [watchedId, watch] = useState<string>()
  const watched = list.rows?.find(({ id }) => id === watchedId)
  const total = (key: "count" | "rice") => (list.rows ?? []).reduce((sum, row) => sum + Number(row[key]), 0)
  return (
    <>
      <div class="page-head">
        <h1>{words.onAir}</h1>
        {list.rows && (
          <p class="lead">
            {[
              words.rooms(count(list.rows.length)),
              words.viewers(count(total("count"))),
              words.rice(count(total("rice"))),
            ].join(" · ")}
          </p>
        )}
      </div>
      <Listing
        list={list}
        empty={words.nothingOnAir}
        className="tiles"
        row={(room) => <Tile room={room} watch={() => watch(room.id)} close={() => askToClose(room, list.reload)} />}
      />
      {watched && (
        <Watch
          room={watched}
          close={() => watch(undefined)}
          closeRoom={may("rooms.close") ? () => askToClose(watched, list.reload) : undefined}
        />
      )}
    </>
  )
}

interface TileProps {
  room: RoomNow
  watch(): void
  close(): void
}

function Tile({ room, watch, close }: TileProps) {
  const title = room.room_name || room.nick_name
  return (
    <article class="wall-tile" aria-label={title}>
      <button type="button" class="tile" aria-label={`${words.watch}: ${title}`} onClick={watch}>
        <Cover pictures={[room.cover, room.image]} name={room.nick_name} />
        <span class="tile-top">
          <span class={room.streaming ? "badge live" : "badge"}>
            {room.mtype === 1 ? words.conference : room.streaming ? words.onAir : words.noStream}
          </span>
          <span class="badge" title={words.viewers(room.count)}>
            <Icon name="people" />
            {brief(room.count)}
          </span>
        </span>
        <span class="tile-foot">
          <span class="tile-names">
            <strong>{title}</strong>
            <span>
              {room.nick_name} · {words.rice(count(room.rice))}
            </span>
          </span>
        </span>
      </button>
      <div class="acts">
        {may("users.see") && (
          <a class="plain small" href={addressOf("people", room.owner_id)}>
            {words.person}
          </a>
        )}
        {may("rooms.close") && (
          <button type="button" class="danger small" aria-label={words.closeRoom} onClick={close}>
            {words.close}
          </button>
        )}
      </div>
    </article>
  )
}

const askToClose = (room: RoomNow, reload: () => Promise<void>) =>
  ask({
    title: words.closeRoomOf(room.nick_name),
    lead: words.closeRoomLead,
    submit: words.closeRoom,
    isDanger: true,
    async act() {
      await call("POST", "/admin/close_chat", { anchorid: room.owner_id })
      await reload()
      return words.roomClosed
    },
  })
