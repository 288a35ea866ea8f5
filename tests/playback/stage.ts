import { eq } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { write } from "../../src/db/write.ts"
import { recorded } from "../../src/playback/recorded.ts"
import type { MediaProvider, Recording } from "../../src/providers/media/index.ts"
import { finishRoom } from "../../src/rooms/room.ts"
import { rooms } from "../../src/rooms/tables.ts"
import type { Answer, Phone } from "../support/phone.ts"
import type { Frame, Socket } from "../support/socket.ts"

/** A provider that keeps nothing, and remembers what it was asked to delete. */
export interface FakeMedia extends MediaProvider {
  /** Keys in the order their deletion was asked for, whether it came to it or not. */
  asked: string[]
  deleted: string[]
  /** Thrown at whoever wants something deleted, until cleared. */
  failWith: Error | undefined
  /** Whoever wants something deleted waits for ever. */
  hangs: boolean
}

export const fakeMedia = (): FakeMedia => ({
  name: "rtmp",
  asked: [],
  deleted: [],
  failWith: undefined,
  hangs: false,
  pushAddress: (roomId) => `rtmp://video.example.com/live/${roomId}?key=push`,
  playAddresses: (roomId) => ({
    rtmp: `rtmp://video.example.com/live/${roomId}`,
    flv: `https://video.example.com/live/${roomId}.flv`,
    hls: `https://video.example.com/live/${roomId}/index.m3u8`,
  }),
  replayAddress: ({ key }) => `https://video.example.com/replay/${key}/index.m3u8`,
  isStreaming: async () => false,
  close: async () => {},
  async deleteRecording({ key }) {
    this.asked.push(key)
    if (this.hangs) await new Promise(() => {})
    if (this.failWith) throw this.failWith
    this.deleted.push(key)
  },
  check: async () => undefined,
})

/** A recording as the provider tells of it; without a length it took a minute and a megabyte. */
export const recordingOf = (roomId: number, news: Partial<Recording> = {}): Recording => ({
  key: `room-${roomId}`,
  seconds: 60,
  bytes: 1_000_000,
  ...news,
})

/** The provider tells that a room's recording can be played. */
export const isRecorded = ({ app }: Phone, roomId: number, news: Partial<Recording> = {}): Promise<void> =>
  recorded(app.running.app, app.running.app.media.on(1).name, roomId, recordingOf(roomId, news))

/** A host is live for a moment, with the recording kept. @returns the room's id, which is the playback's */
export async function keepsAnEvening(host: Phone, news: Partial<Recording> = {}): Promise<number> {
  const roomId = await host.opensRoom({ save: 1 })
  await host.ok("POST", "/room/close_room", { roomid: roomId })
  await isRecorded(host, roomId, news)
  return roomId
}

/** Waits until the server has done everything its committed writes promised. */
export const promisesKept = ({ app }: Phone): Promise<void> => app.running.app.outbox.deliverDue()

/** The rooms of one list of an answer, in its order. */
export const roomsIn = (answer: Answer, list: string): number[] =>
  (answer[list] as { room_id: string }[]).map(({ room_id }) => Number(room_id))

/** What a host's own list shows. */
export const shelfOf = async (host: Phone): Promise<number[]> =>
  roomsIn(await host.ok("GET", "/room/play_list"), "plist")

/** The socket of somebody who is refused hears why. */
export async function isRefused(who: Phone, roomId: number): Promise<Frame> {
  const socket: Socket = await who.enters(roomId)
  const frame = await socket.hears({ mtype: 4 })
  await socket.closed
  return frame
}

/** Suspends an account for so long, in milliseconds; 0 lifts it. */
export async function isBanned({ app, uid }: Phone, time: number): Promise<void> {
  const inside = app.running.app
  const bannedUntil = time === 0 ? 0 : inside.now() + time
  await write(inside, (tx) =>
    tx.update(users).set({ bannedUntil }).where(eq(users.id, uid)).returning({ id: users.id }),
  )
}

/** A conference as if one could be held. @returns its room's id */
export async function holdsAConference(host: Phone): Promise<number> {
  const inside = host.app.running.app
  const at = inside.now()
  const room = { ownerId: host.uid, kind: "conference", save: true, line: 1, reservedAt: at, startedAt: at } as const
  const [held] = await write(inside, (tx) =>
    tx
      .insert(rooms)
      .values({ ...room, state: "live" })
      .returning({ id: rooms.id }),
  )
  return held?.id ?? 0
}

/** One that is over and was kept. @returns the room's id, which is the playback's */
export async function keepsAConference(host: Phone): Promise<number> {
  const inside = host.app.running.app
  const roomId = await holdsAConference(host)
  await write(inside, (tx, after) => finishRoom(inside, tx, after, roomId, "host"))
  await isRecorded(host, roomId)
  return roomId
}
