import type { ServerWebSocket } from "bun"

/**
 * What the upgrade knows about a socket. `roomId` 0 is the lobby; `since` and `epoch` say what a returning reader has
 * seen; session and name are carried for the listener.
 */
export interface Ticket {
  userId: number
  sessionId: number
  nickName: string
  roomId: number
  isHost: boolean
  /** Came to watch a finished room again. */
  isPlayback?: boolean
  ext: boolean
  since: number | undefined
  epoch: string | undefined
  /** What the listener knows for the opening frame before the socket opens. */
  welcome?: Record<string, unknown> | undefined
}

/**
 * `waiting` for its room's next flush, then `open`; `slow` while chat is shed. `outside` before and after: not yet
 * seated, refused, replaced or gone.
 */
export type SeatState = "outside" | "waiting" | "open" | "slow"

/** One socket's data (`ws.data`): flat, with nothing allocated that an idle socket does not need. */
export interface Seat extends Readonly<Omit<Ticket, "welcome">> {
  welcome: Ticket["welcome"]
  /** The error to turn this socket away with as soon as it opens. */
  readonly refusal: number | undefined
  socket: ServerWebSocket<Seat> | undefined
  state: SeatState
  /** Texts to send on admission, ahead of what was published since `mark`, an index into the room's pending frames. */
  backlog: string[] | undefined
  mark: number
  /** Token bucket of inbound messages: what is left of it, as of `tokensAt` (ms). */
  tokens: number
  tokensAt: number
  /** Inbound messages waiting for the one being handled; undefined when none is. */
  inbox: string[] | undefined
}

/** Who sits down when a socket is turned away. */
export const nobody: Ticket = {
  userId: 0,
  sessionId: 0,
  nickName: "",
  roomId: 0,
  isHost: false,
  ext: false,
  since: undefined,
  epoch: undefined,
}

/** Data for a socket that may sit down, or, with `refusal`, for one that is to be told an error and closed. */
export function makeSeat(ticket: Ticket, tokens: number, now: number, refusal?: number): Seat {
  return {
    ...ticket,
    welcome: ticket.welcome,
    refusal,
    socket: undefined,
    state: "outside",
    backlog: undefined,
    mark: 0,
    tokens,
    tokensAt: now,
    inbox: undefined,
  }
}

/** Tells a socket an error and closes it. */
export function turnAway(socket: ServerWebSocket<Seat>, err: number): void {
  socket.send(JSON.stringify({ mtype: 4, err }))
  socket.close(4000 + err, "see the error frame")
}
