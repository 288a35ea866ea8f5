import { and, eq, sql } from "drizzle-orm"
import { banOn } from "../accounts/ban.ts"
import { whyEnded } from "../accounts/session.ts"
import { sessions, users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import type { Listener } from "../realtime/hub.ts"
import type { Seat } from "../realtime/seat.ts"
import { chatFrame, gagFrame, mtype, noticeFrame, starFrame } from "./frames.ts"
import { createPace, type Pace } from "./pace.ts"
import { gags, rooms } from "./tables.ts"
import { createThrottle } from "./throttle.ts"
import { type ChatMessage, readFrame } from "./wire.ts"

const starInterval = 200

/** Everything that decides whether a message may be said, read anew for each: no ban, gag or new name is missed. */
const speakerOf = query<{ userId: number; roomId: number; sessionId: number }>()((db, $) =>
  db
    .select({
      id: users.id,
      nickName: users.nickName,
      image: users.image,
      userExp: users.userExp,
      anchorExp: users.anchorExp,
      bannedUntil: users.bannedUntil,
      endReason: sessions.endReason,
      slowSeconds: rooms.slowSeconds,
      isHost: sql`${rooms.ownerId} = ${users.id}`.mapWith(Boolean),
      gagId: gags.id,
    })
    .from(users)
    .innerJoin(sessions, eq(sessions.id, $.sessionId))
    .innerJoin(rooms, and(eq(rooms.id, $.roomId), eq(rooms.state, "live")))
    .leftJoin(gags, and(eq(gags.roomId, rooms.id), eq(gags.userId, users.id)))
    .where(eq(users.id, $.userId))
    .prepare(),
)

/** What a socket's messages do in a room. */
export function createChat(app: App): Pick<Listener, "said"> {
  const pace: Pace = app.config.rateLimits === "on" ? createPace(app.now) : () => "speak"
  const stars = createStars(app)

  async function said(seat: Seat, text: string): Promise<void> {
    const message = readFrame(text)
    if (typeof message === "string") return app.realtime.refuse(seat, message)
    if (seat.roomId === 0) return app.realtime.refuse(seat, "room.no_chat")
    if (message.mtype === mtype.star) return stars(seat)
    await speak(seat, message)
  }

  async function speak(seat: Seat, { msg }: ChatMessage): Promise<void> {
    const [speaker] = await speakerOf(app.db.read, seat)
    if (!speaker) return app.realtime.refuse(seat, "room.not_live")
    const ban = banOn(speaker.bannedUntil, app.now())
    if (ban) return app.realtime.refuse(seat, ban)
    if (speaker.endReason) return app.realtime.refuse(seat, whyEnded[speaker.endReason])
    if (speaker.gagId !== null) return app.realtime.answer(seat, gagFrame())
    if (app.words.finds(msg)) return app.realtime.refuse(seat, "input.sensitive")
    const verdict = pace(seat.userId, seat.roomId, msg, speaker.isHost ? 0 : speaker.slowSeconds)
    if (verdict === "repeated") return
    if (verdict === "too_fast") return app.realtime.answer(seat, noticeFrame("You are speaking too fast."))
    if (verdict === "slow_mode") {
      const words = `Slow mode: one message every ${speaker.slowSeconds} seconds.`
      return app.realtime.answer(seat, noticeFrame(words))
    }
    app.realtime.toRoom(seat.roomId, chatFrame(speaker, msg), "chat")
  }

  return { said }
}

/** Merges a room's stars: one frame at once, then one every 200 ms with the count of what came meanwhile. */
function createStars(app: App): (seat: Seat) => void {
  const waiting = new Map<number, { uid: number; count: number }>()
  const announce = createThrottle(starInterval, (roomId) => {
    const stars = waiting.get(roomId)
    waiting.delete(roomId)
    if (stars) app.realtime.toRoom(roomId, starFrame(stars.uid, stars.count), "chat")
  })
  return ({ roomId, userId }) => {
    const count = (waiting.get(roomId)?.count ?? 0) + 1
    waiting.set(roomId, { uid: userId, count })
    announce(roomId)
  }
}
