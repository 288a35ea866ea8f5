import { and, eq, isNull, lt, lte, ne, or, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import type { Frame } from "../realtime/bus.ts"
import type { Listener } from "../realtime/listener.ts"
import type { Seat } from "../realtime/seat.ts"
import { audienceFrame, enteredFrame, hostEnteredFrame, hostLeftFrame, leftFrame } from "./frames.ts"
import { finishRoom } from "./room.ts"
import { rooms } from "./tables.ts"
import { createThrottle } from "./throttle.ts"

const headcountInterval = 1_000
/** In a larger room nobody reads who left. */
const leftFramesMax = 200

/** Tells a room who comes and goes, and keeps the time by which a host who is away must be back. */
export function createPresence(app: App): Pick<Listener, "entered" | "left"> {
  const tell = (seat: Seat, frame: Frame, lane: "chat" | "money" | "extension") =>
    app.realtime.toRoom(seat.roomId, frame, lane)
  const announceCount = createCount(app)

  return {
    entered(seat) {
      if (seat.roomId === 0) return
      if (seat.isHost) {
        tell(seat, hostEnteredFrame(), "money")
        void keepHostDue(app, seat.roomId)
      } else {
        tell(seat, enteredFrame(seat), "chat")
        announceCount(seat.roomId)
      }
    },
    left(seat) {
      if (seat.roomId === 0) return
      if (seat.isHost) {
        tell(seat, hostLeftFrame(), "money")
        void keepHostDue(app, seat.roomId)
      } else {
        if (app.realtime.count(seat.roomId) <= leftFramesMax) tell(seat, leftFrame(seat), "extension")
        announceCount(seat.roomId)
      }
    },
  }
}

const createCount = (app: App) =>
  createThrottle(headcountInterval, (roomId) => {
    app.realtime.toRoom(roomId, audienceFrame(app.realtime.count(roomId)), "extension")
  })

/**
 * Notes that a live room's host is here, by socket or by video, or when the room closes otherwise. It looks at the sockets
 * with the room in hand, so that of two calls the later one is right.
 */
async function keepHostDue(app: App, roomId: number): Promise<void> {
  try {
    await write(app, (tx) => setHostDueNow(app, tx, roomId))
  } catch (error) {
    app.log.error("host's absence not noted", { roomId, error })
  }
}

async function setHostDueNow(app: App, tx: Db, roomId: number): Promise<void> {
  await lockRow(tx, rooms, roomId)
  const [room] = await streamingIn(tx, { roomId })
  const isHere = room?.streaming === true || app.realtime.hostIsIn(roomId)
  await setHostDue(tx, { roomId, hostDueAt: isHere ? null : app.now() + app.config.hostGrace * 1_000 })
}

const streamingIn = query<{ roomId: number }>()((db, $) =>
  db.select({ streaming: rooms.streaming }).from(rooms).where(eq(rooms.id, $.roomId)).prepare(),
)

/**
 * Notes that a host's video has come or is gone. A room that is over, or was never opened, is left as it is.
 *
 * @returns whether that was news
 */
export function noteStream(app: App, roomId: number, streaming: boolean): Promise<boolean> {
  return write(app, async (tx) => {
    await lockRow(tx, rooms, roomId)
    const [noted] = await tx
      .update(rooms)
      .set({ streaming })
      .where(and(eq(rooms.id, roomId), ne(rooms.state, "finished"), ne(rooms.streaming, streaming)))
      .returning({ id: rooms.id })
    if (noted) await setHostDueNow(app, tx, roomId)
    return noted !== undefined
  })
}

const setHostDue = query<{ roomId: number; hostDueAt: number | null }>()((db, $) =>
  db
    .update(rooms)
    .set({ hostDueAt: sql`${$.hostDueAt}` })
    .where(and(eq(rooms.id, $.roomId), eq(rooms.state, "live")))
    .returning({ id: rooms.id })
    .prepare(),
)

/** Gives every live room's host the whole grace from now: asked at start, when nobody can be here yet. */
export async function awaitHosts(app: App): Promise<void> {
  const hostDueAt = app.now() + app.config.hostGrace * 1_000
  await write(app, (tx) =>
    tx
      .update(rooms)
      .set({ hostDueAt })
      .where(
        and(
          eq(rooms.state, "live"),
          eq(rooms.streaming, false),
          or(isNull(rooms.hostDueAt), lt(rooms.hostDueAt, hostDueAt)),
        ),
      )
      .returning({ id: rooms.id }),
  )
}

/** Starts the clock of live rooms whose host is gone unnoticed. */
export async function findLostHosts(app: App): Promise<void> {
  const supposedlyHosted = await app.db.read
    .select({ id: rooms.id })
    .from(rooms)
    .where(and(eq(rooms.state, "live"), eq(rooms.streaming, false), isNull(rooms.hostDueAt)))
  for (const { id } of supposedlyHosted) if (!app.realtime.hostIsIn(id)) await keepHostDue(app, id)
}

/** Closes the rooms whose hosts did not come back in time. */
export async function closeAbandoned(app: App): Promise<void> {
  const due = await app.db.read
    .select({ id: rooms.id })
    .from(rooms)
    .where(and(eq(rooms.state, "live"), lte(rooms.hostDueAt, app.now())))
  for (const { id } of due) {
    if (app.realtime.hostIsIn(id)) {
      await keepHostDue(app, id)
      continue
    }
    await write(app, async (tx, after) => {
      await lockRow(tx, rooms, id)
      const [stillDue] = await tx
        .select({ id: rooms.id })
        .from(rooms)
        .where(and(eq(rooms.id, id), lte(rooms.hostDueAt, app.now())))
      if (stillDue && !app.realtime.hostIsIn(id)) await finishRoom(app, tx, after, id, "abandoned")
    })
  }
}
