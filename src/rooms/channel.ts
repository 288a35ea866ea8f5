import { and, eq } from "drizzle-orm"
import type { Session } from "../accounts/session.ts"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import type { Ticket } from "../realtime/seat.ts"
import { enter } from "./admission.ts"
import type { Welcome } from "./frames.ts"
import type { Room } from "./room.ts"
import { gags } from "./tables.ts"

/** What a socket says of itself when it opens. */
export interface Arrival {
  /** Wants the extension frames. */
  ext: boolean
  /** The number and the epoch of the last frame seen, from who comes back. */
  since: number | undefined
  epoch: string | undefined
}

/** A place in a room, or in the lobby (room 0). @throws {Refusal} as {@link enter} does */
export async function ticketFor(app: App, session: Session, roomId: number, arrival: Arrival): Promise<Ticket> {
  const { user, id: sessionId } = session
  const visitor = { userId: user.id, nickName: user.nickName, sessionId, roomId, ...arrival }
  if (roomId === 0) return { ...visitor, isHost: false, welcome: undefined }
  const room = await enter(app, session, roomId)
  const welcome = arrival.ext ? await welcomeTo(app, room, user.id) : undefined
  return { ...visitor, isHost: room.ownerId === user.id, isPlayback: room.state === "finished", welcome }
}

const gagOn = query<{ roomId: number; userId: number }>()((db, $) =>
  db
    .select({ id: gags.id })
    .from(gags)
    .where(and(eq(gags.roomId, $.roomId), eq(gags.userId, $.userId)))
    .prepare(),
)

async function welcomeTo(app: App, room: Room, userId: number): Promise<Welcome> {
  const gagged = await gagOn(app.db.read, { roomId: room.id, userId })
  // A gag ends with the broadcast.
  return { room: room.id, owner: room.ownerId, rice: room.rice, gagged: room.state === "live" && gagged.length > 0 }
}
