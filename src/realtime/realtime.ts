import type { Reason } from "../refusal.ts"
import { codes } from "../wire/codes.ts"
import type { Bus, Frame, Lane, Own } from "./bus.ts"
import type { Hub } from "./hub.ts"
import type { Seat, Ticket } from "./seat.ts"

/** What verbs may ask of the sockets, in their own words. Tellings go over the bus, wherever the sockets are. */
export interface Realtime {
  toRoom(roomId: number, frame: Frame, lane: Lane): void
  /** An extension frame to everybody in a room, with what it says differently to some users; never shed. */
  toEach(roomId: number, frame: Frame, own: Own): void
  /**
   * To the user's room socket if there is one, else to the lobby's; one that has not asked for extension frames gets `plain`
   * instead, if given.
   */
  toUser(userId: number, frame: Frame, plain?: Frame): void
  /** An extension frame to the user's socket in a room, if there is one that has asked for such. */
  toMember(roomId: number, userId: number, frame: Frame): void
  /** To the lobby sockets of some users, whatever room they are in. */
  toLobby(userIds: number[], frame: Frame): void
  /** A notice to every socket. */
  toEveryone(frame: Frame): void
  /** Ends a user's sockets, with an optional frame before the reason. */
  dismiss(userId: number, reason: Reason, frame?: Frame): void
  /** Ends a user's socket in a room, if there is one, with the error frame; the lobby's stays. */
  expelFrom(roomId: number, userId: number, reason: Reason): void
  /** The room is over: its sockets get what is pending and are closed. */
  closeRoom(roomId: number): void
  /** One frame to one socket. */
  answer(seat: Seat, frame: Frame): void
  /** The error frame, to one socket, which stays open. */
  refuse(seat: Seat, reason: Reason): void
  /** The error frame, to one socket, which is then closed. */
  expel(seat: Seat, reason: Reason): void
  /** `ws.data` of a socket that may enter. */
  seat(ticket: Ticket): Seat
  /** `ws.data` of a socket that is told why not and closed. */
  refusal(reason: Reason): Seat
  /** Resolves once everything said in a room so far has been posted, so that what follows cannot overtake it. */
  attend(roomId: number): Promise<unknown>
  /** Resolves once everything told so far was handed to the sockets. */
  flushed(): Promise<unknown>
  /** Ids of who is present without the host, in no particular order; of the lobby with room 0. */
  audience(roomId: number): number[]
  /** How many are present without the host. */
  count(roomId: number): number
  hostIsIn(roomId: number): boolean
  /** The room that a user's room socket sits in. */
  roomOf(userId: number): number | undefined
  isOnline(userId: number): boolean
}

/** Joins the bus, which carries what is told, and this process's hub, which knows who is here. */
export function createRealtime(bus: Bus, hub: () => Hub): Realtime {
  return {
    toRoom: (room, frame, lane) => bus.post({ to: "room", room, frame, lane }),
    toEach: (room, frame, own) => bus.post({ to: "room", room, frame, lane: "extension", own }),
    toUser: (user, frame, plain) => bus.post({ to: "user", user, frame, ...(plain && { plain }) }),
    toMember: (room, user, frame) => bus.post({ to: "user", user, frame, room }),
    toLobby: (users, frame) => bus.post({ to: "lobby", users, frame }),
    toEveryone: (frame) => bus.post({ to: "everyone", frame }),
    dismiss: (user, reason, frame) => bus.post({ to: "dismiss", user, err: codes[reason], ...(frame && { frame }) }),
    expelFrom: (room, user, reason) => bus.post({ to: "expel", room, user, err: codes[reason] }),
    closeRoom: (room) => bus.post({ to: "close", room }),
    answer: (seat, frame) => hub().send(seat, frame),
    refuse: (seat, reason) => hub().send(seat, { mtype: 4, err: codes[reason] }),
    expel: (seat, reason) => hub().expel(seat, codes[reason]),
    seat: (ticket) => hub().seat(ticket),
    refusal: (reason) => hub().refusal(codes[reason]),
    attend: (roomId) => hub().attend(roomId),
    flushed: () => hub().flushed(),
    audience: (roomId) => hub().audience(roomId),
    count: (roomId) => hub().count(roomId),
    hostIsIn: (roomId) => hub().hostIsIn(roomId),
    roomOf: (userId) => hub().roomOf(userId),
    isOnline: (userId) => hub().isOnline(userId),
  }
}
