import { eq } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import { write } from "../db/write.ts"
import type { Line } from "../providers/media/index.ts"
import type { RtcPass } from "../providers/rtc/index.ts"
import { refuse } from "../refusal.ts"
import { firstGrace } from "../rooms/broadcast.ts"
import { assertMaySave } from "../rooms/recording.ts"
import { finishRoom, liveRoomOf, type Room } from "../rooms/room.ts"
import { rooms } from "../rooms/tables.ts"
import { promiseLiveNotice } from "../social/live_notice.ts"
import { ownConference, type Title } from "./conference.ts"
import { leaveStage, stageOf } from "./stage.ts"
import { assertMay } from "./state.ts"

export interface ConferenceOpening extends Title {
  save: boolean | undefined
}

/** What a host needs to begin. */
export interface OpenedConference {
  /** Where the host's phone pushes the picture of the whole stage. */
  pushAddress: string
  pass: RtcPass
}

/**
 * Puts a conference on the air, settling its title and place in one go; what else the host has on the air is closed
 * properly, and the host leaves the stage of another. Asked again as it stands, an open one is answered anew, with a fresh address and token.
 *
 * @throws {Refusal} `input.sensitive`, `playback.too_many`, `conference.not_invited` for who may not be on stage,
 * `conference.in_use`, `conference.provider_refused` and whatever {@link ownConference} throws
 */
export async function openConference(
  app: App,
  host: User,
  roomId: number,
  opening: ConferenceOpening,
): Promise<OpenedConference> {
  if (opening.name !== undefined) app.words.assertClean("room_name", opening.name)
  const seen = await ownConference(app.db.read, host.id, roomId)
  if (!host.canLinkMic) refuse("conference.not_invited", { message: "You may not be on stage any more." })
  if (!isAsAsked(seen, opening)) assertMay(seen, "open")
  await atProvider(app, app.rtc.name, () => app.rtc.open(roomId, host.id))
  const room = await putOnAir(app, host, roomId, opening)
  return { pushAddress: app.media.on(room.line).pushAddress(roomId), pass: app.rtc.pass(roomId, host.id, "admin") }
}

const putOnAir = (app: App, host: User, roomId: number, opening: ConferenceOpening): Promise<Room> =>
  write(app, async (tx, after) => {
    await lockRow(tx, users, host.id)
    const room = await ownConference(tx, host.id, roomId)
    if (isAsAsked(room, opening)) return room
    assertMay(room, "open")
    const { name = room.name, location = room.location || host.location, save = false } = opening
    if (save) await assertMaySave(app, tx, host.id)
    const elsewhere = await stageOf(tx, host.id)
    if (elsewhere !== undefined) await leaveStage(app, tx, after, elsewhere, host.id)
    const former = await liveRoomOf(tx, host.id)
    if (former) await finishRoom(app, tx, after, former.id, "replaced")
    const startedAt = app.now()
    const [opened] = await tx
      .update(rooms)
      .set({
        state: "live",
        name,
        location,
        save,
        confirmedAt: room.confirmedAt ?? startedAt,
        startedAt,
        hostDueAt: room.streaming ? null : startedAt + firstGrace,
      })
      .where(eq(rooms.id, roomId))
      .returning()
    if (save) after(() => app.media.on(room.line).record?.(roomId))
    await promiseLiveNotice(app, tx, after, host, { id: roomId, name })
    return opened ?? refuse("server.unexpected")
  })

/** Whether a room is on the air already, and in every respect as the host asks for it. */
function isAsAsked(room: Room, { name, location, save }: ConferenceOpening): boolean {
  const isSame = <T>(told: T | undefined, known: T) => told === undefined || told === known
  return room.state === "live" && isSame(name, room.name) && isSame(location, room.location) && isSame(save, room.save)
}

/**
 * The address under which the composed picture of a conference is watched, on another line if told.
 *
 * @throws {Refusal} `conference.provider_refused` where the line's provider does not answer, and whatever
 * {@link ownConference} throws
 */
export async function composedAddress(app: App, host: User, roomId: number, line: Line | undefined): Promise<string> {
  const room = await ownConference(app.db.read, host.id, roomId)
  const provider = app.media.on(line ?? room.line)
  await atProvider(app, provider.name, () => provider.isStreaming(roomId))
  if (line !== undefined && line !== room.line) {
    await write(app, (tx) => tx.update(rooms).set({ line }).where(eq(rooms.id, roomId)).returning({ id: rooms.id }))
  }
  return provider.playAddresses(roomId).rtmp
}

/** What a provider says is for the log. @throws {Refusal} `conference.provider_refused` */
async function atProvider(app: App, provider: string, question: () => Promise<unknown>): Promise<void> {
  try {
    await question()
  } catch (error) {
    app.log.warn("conference provider refused", { provider, error })
    refuse("conference.provider_refused")
  }
}
