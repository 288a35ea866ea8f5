import { and, eq, isNotNull, or, sql } from "drizzle-orm"
import { banOn } from "../accounts/ban.ts"
import { whyEnded } from "../accounts/session.ts"
import { sessions, users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import { recordings } from "../playback/tables.ts"
import { noticeFrame } from "../realtime/notice.ts"
import type { Seat } from "../realtime/seat.ts"
import type { Reason } from "../refusal.ts"
import { chatFrame, gagFrame, starFrame } from "./frames.ts"
import { createPace, type Pace } from "./pace.ts"
import { isRecordingOfRoom } from "./recording.ts"
import { gags, rooms } from "./tables.ts"
import { createThrottle } from "./throttle.ts"

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
    .innerJoin(rooms, eq(rooms.id, $.roomId))
    .leftJoin(recordings, isRecordingOfRoom)
    // A gag ends with the broadcast.
    .leftJoin(gags, and(eq(gags.roomId, rooms.id), eq(gags.userId, users.id), eq(rooms.state, "live")))
    .where(and(eq(users.id, $.userId), or(eq(rooms.state, "live"), isNotNull(recordings.id))))
    .prepare(),
)

type Speaker = Awaited<ReturnType<typeof speakerOf>>[number]

export interface Chat {
  /** Says something to the whole room, or tells the speaker alone why not. */
  speak(seat: Seat, words: string): Promise<void>
  star(seat: Seat): Promise<void>
}

export function createChat(app: App): Chat {
  const { answer, refuse, toRoom } = app.realtime
  const stars = createStars(app)
  const pace: Pace = app.config.rateLimits === "on" ? createPace(app.now) : () => "speak"

  /** Why somebody may do nothing in the room just now, or undefined. */
  function barTo({ bannedUntil, endReason }: Speaker): Reason | undefined {
    return banOn(bannedUntil, app.now()) ?? (endReason ? whyEnded[endReason] : undefined)
  }

  async function speak(seat: Seat, words: string): Promise<void> {
    const [speaker] = await speakerOf(app.db.read, seat)
    if (!speaker) return refuse(seat, "room.not_live")
    const bar = barTo(speaker)
    if (bar) return refuse(seat, bar)
    if (speaker.gagId !== null) return answer(seat, gagFrame())
    if (app.words.finds(words)) return refuse(seat, "input.sensitive")
    switch (pace(seat.userId, seat.roomId, words, speaker.isHost ? 0 : speaker.slowSeconds)) {
      case "repeated":
        return
      case "too_fast":
        return answer(seat, noticeFrame("You are speaking too fast."))
      case "slow_mode":
        return answer(seat, noticeFrame(`Slow mode: one message every ${speaker.slowSeconds} seconds.`))
      case "speak":
        return toRoom(seat.roomId, chatFrame(speaker, words), "chat")
    }
  }

  async function star(seat: Seat): Promise<void> {
    const [giver] = await speakerOf(app.db.read, seat)
    if (!giver) return refuse(seat, "room.not_live")
    const bar = barTo(giver)
    if (bar) return refuse(seat, bar)
    stars(seat)
  }

  return { speak, star }
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
