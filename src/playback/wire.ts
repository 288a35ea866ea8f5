import { z } from "zod"
import type { App } from "../app.ts"
import type { HostedRoom } from "../rooms/room.ts"
import type { RoomKind } from "../rooms/tables.ts"
import { roomRow } from "../rooms/wire.ts"
import { id, oneOf, page, whole } from "../wire/fields.ts"
import { unixSeconds } from "../wire/times.ts"
import type { FrontPage } from "./front_page.ts"
import type { Playback, Recording } from "./playback.ts"

/** 0 an ordinary room, 1 a conference; without it either, since their ids are of one sequence. */
const multiple = oneOf(0, 1)
  .transform((told): RoomKind => (told === 0 ? "live" : "conference"))
  .optional()

export const Recommand = z.object({ rid: id(), multiple })
export const DelPlay = z.object({ roomid: id(), multiple })
export const PlayList = z.object(page)

/**
 * `index` pages the rooms on the air, `play_index` the playbacks; `before` goes on after a row of either, `play_before`
 * after a playback's alone. `uid` is who asks, 0 for nobody.
 */
export const RecommandList = z.object({
  ...page,
  play_index: page.index,
  play_before: page.before,
  uid: whole(0, Number.MAX_SAFE_INTEGER).optional(),
})

export function frontLists(app: App, { rooms, conferences, playbacks, conferencePlaybacks }: FrontPage) {
  const row = (hosted: HostedRoom) => roomRow(app, hosted)
  return {
    MultipleList: conferences.map(row),
    RoomList: rooms.map(row),
    PlayBackList: playbacks.map(row),
    PlayBackMultipleList: conferencePlaybacks.map(row),
  }
}

/** A playback as its host sees it; `count` is everybody who ever watched, live or later. */
export const playRow = (app: App) => (playback: Playback) => {
  const row = roomRow(app, playback)
  return {
    ...row,
    uid: row.owner_id,
    play_url: row.live_url,
    save_time: String(unixSeconds(playback.recording.savedAt)),
  }
}

/** What a host recommends: `recommand` is "0" for nothing, `recommand_type` as `multiple` in the call that chose it. */
export const recommendation = (chosen: Recording | undefined) => ({
  recommand: String(chosen?.roomId ?? 0),
  recommand_type: chosen?.kind === "conference" ? 1 : 0,
})
