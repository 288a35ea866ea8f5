import type { ServerWebSocket, WebSocketHandler } from "bun"
import type { Bus, Frame, Message } from "./bus.ts"
import { admits, hear, isPing } from "./inbox.ts"
import { defaultLimits, type Limits } from "./limits.ts"
import type { Listener } from "./listener.ts"
import type { House } from "./part.ts"
import { Presence } from "./presence.ts"
import type { RoomBuffer } from "./replay.ts"
import { Room } from "./room.ts"
import { makeSeat, nobody, type Seat, type Ticket, turnAway } from "./seat.ts"

/** The sockets of this process, in their rooms. Room 0 is the lobby. */
export interface Hub {
  readonly websocket: WebSocketHandler<Seat>
  /** Names a server whose sockets are handled here; needed once for each, before the first socket. */
  attach(server: { publish(topic: string, text: string): unknown }): void
  /** `ws.data` for a socket that may enter. */
  seat(ticket: Ticket): Seat
  /** `ws.data` for a socket that is told `err` and closed with 4000 + `err`: a phone cannot read a failed upgrade. */
  refusal(err: number): Seat
  /** One frame to one socket, in order with what was published before; ignored once it is gone. */
  send(seat: Seat, frame: Frame): void
  /** The error frame and close code 4000 + `err` to one socket, after what is pending for it. */
  expel(seat: Seat, err: number): void
  /** User ids present without the host, in no particular order, at most `most`. */
  audience(roomId: number, most?: number): number[]
  /** How many are present without the host. */
  count(roomId: number): number
  /** Handles what was said in a room so far and waits for its flush; resolves once it is posted. */
  attend(roomId: number): Promise<unknown>
  /** Resolves once everything posted so far was handed to the sockets. */
  flushed(): Promise<unknown>
  hostIsIn(roomId: number): boolean
  /** The room the user's room socket sits in. */
  roomOf(userId: number): number | undefined
  isOnline(userId: number): boolean
  /** Open sockets and rooms with state now; frames handed to sockets and kept from slow ones since the start. */
  statistics(): { sockets: number; rooms: number; framesOut: number; framesShed: number }
  /** Stops gracefully within `drainMs`: everybody gets what is pending and is closed with 1012, also who comes later. */
  drain(): Promise<void>
  /** The replay buffers as plain JSON, and back, so that readers can go on after a restart. */
  dump(): RoomBuffer[]
  restore(buffers: RoomBuffer[]): void
}

/** Makes the hub and subscribes it to the bus. `now` is a monotonic clock in milliseconds. */
export function createHub(options: {
  bus: Bus
  listener: Listener
  onError: (error: unknown) => void
  limits?: Partial<Limits>
  now?: () => number
}): Hub {
  const { bus, listener, onError, now = () => performance.now() } = options
  const limits = { ...defaultLimits, ...options.limits }
  const servers: { publish(topic: string, text: string): unknown }[] = []
  const rooms = new Map<number, Room>()
  const presence = new Presence()
  let sweepDue = false
  let draining = false

  const house: House = {
    publish: (topic, text) => {
      for (const server of servers) server.publish(topic, text)
    },
    listen,
    now,
    limits,
    tally: { framesOut: 0, framesShed: 0 },
    unflushed: new Set(),
  }

  function guarded<T>(call: () => T): T | undefined {
    try {
      return call()
    } catch (error) {
      onError(error)
      return undefined
    }
  }

  function open(socket: ServerWebSocket<Seat>) {
    const seat = socket.data
    seat.socket = socket
    if (draining) return socket.close(1012, "service restart")
    if (seat.refusal !== undefined) return turnAway(socket, seat.refusal)

    const room = roomFor(seat.roomId)
    room.seat(seat)
    const former = presence.take(seat)
    if (former) replace(former, seat)
    if (former?.roomId !== seat.roomId) guarded(() => listener.entered(seat))?.catch(onError)
    // The listener may have sent it away.
    if (seat.state === "waiting") room.join(seat, backlogOf(room, seat))
  }

  function roomFor(id: number): Room {
    const room = rooms.get(id) ?? new Room(id, house)
    rooms.set(id, room)
    return room
  }

  function backlogOf(room: Room, seat: Seat): string[] {
    const { epoch } = room.replay
    const missed = room.replay.after(seat.since, seat.epoch)
    // Somebody who was here before a crash missed whatever came since, if all of it is still known.
    const isOfOld = seat.epoch !== undefined && seat.epoch !== epoch
    const texts = missed ?? (isOfOld ? room.replay.after(0, epoch) : undefined) ?? []
    const at = { epoch, seq: room.replay.seq - texts.length, recovered: missed !== undefined, count: room.viewers }
    const snapshot = seat.ext ? guarded(() => listener.snapshot(seat, at)) : undefined
    return snapshot ? [JSON.stringify(snapshot), ...texts] : texts
  }

  function replace(former: Seat, by: Seat) {
    vacate(former)
    if (former.roomId !== by.roomId) guarded(() => listener.left(former))
    if (former.socket) turnAway(former.socket, 48)
  }

  function message(socket: ServerWebSocket<Seat>, data: string | Buffer) {
    const seat = socket.data
    if (seat.state === "outside" || draining) return
    if (typeof data !== "string") return socket.close(1003, "text only")
    if (!admits(seat, limits, now())) return socket.close(1008, "too many messages")
    if (isPing(data)) return echo(socket)
    rooms.get(seat.roomId)?.hear(seat, data)
  }

  function listen(seat: Seat, data: string): undefined | Promise<void> {
    const handling = hear(seat, data, limits.inboxFrames, (text) => said(seat, text))
    if (handling !== "full") return handling
    seat.socket?.close(1008, "too many messages")
    return undefined
  }

  function said(seat: Seat, text: string): void | Promise<void> {
    return guarded(() => listener.said(seat, text))?.catch(onError)
  }

  function echo(socket: ServerWebSocket<Seat>) {
    house.tally.framesOut += 1
    socket.send('{"mtype":0}')
  }

  function closed(socket: ServerWebSocket<Seat>) {
    const seat = socket.data
    if (seat.state === "outside") return
    presence.leave(seat)
    // Somebody who speaks and leaves at once is heard all the same, and first.
    const lastWords = rooms.get(seat.roomId)?.attend() ?? []
    vacate(seat)
    if (lastWords.length === 0) return guarded(() => listener.left(seat))
    void Promise.all(lastWords).then(() => {
      if (presence.inRoom(seat.userId)?.roomId !== seat.roomId) guarded(() => listener.left(seat))
    })
  }

  function vacate(seat: Seat) {
    const room = rooms.get(seat.roomId)
    room?.remove(seat)
    seat.state = "outside"
    if (!room || room.size > 0) return
    if (room.replay.seq === 0) rooms.delete(room.id)
    else sweepLater()
  }

  function sweepLater() {
    if (sweepDue) return
    sweepDue = true
    setTimeout(sweep, limits.replayKeepMs).unref()
  }

  function sweep() {
    sweepDue = false
    for (const room of rooms.values()) {
      if (room.size > 0) continue
      if (now() - room.emptySince >= limits.replayKeepMs) rooms.delete(room.id)
      else sweepLater()
    }
  }

  function dismiss(seat: Seat, err: number, frame: Frame | undefined) {
    const { socket } = seat
    if (!socket) return
    rooms.get(seat.roomId)?.bidFarewell(seat)
    if (frame) socket.send(JSON.stringify(frame))
    turnAway(socket, err)
  }

  function closeRoom(room: Room) {
    rooms.delete(room.id)
    room.deliver()
    for (const seat of room.seats()) seat.socket?.close(1000, "room closed")
  }

  function send(seat: Seat, json: string) {
    rooms.get(seat.roomId)?.tell(seat, json)
  }

  /** What must not be missed is kept for those who come back, though nobody is here yet. */
  function post({ room: id, frame, lane, own }: Message & { to: "room" }) {
    const room = lane === "money" ? roomFor(id) : rooms.get(id)
    room?.post(frame, lane, own)
    if (room?.size === 0) sweepLater()
  }

  function handle(message: Message) {
    switch (message.to) {
      case "room":
        return post(message)
      case "user": {
        const seat = presence.reach(message.user, message.room)
        const { frame, plain = frame } = message
        return seat && send(seat, JSON.stringify(seat.ext ? frame : plain))
      }
      case "lobby": {
        const json = JSON.stringify(message.frame)
        for (const user of message.users) {
          const seat = presence.inLobby(user)
          if (seat) send(seat, json)
        }
        return
      }
      case "everyone": {
        const json = JSON.stringify(message.frame)
        for (const room of rooms.values()) room.notice(json)
        return
      }
      case "dismiss":
        for (const seat of presence.of(message.user)) dismiss(seat, message.err, message.frame)
        return
      case "expel": {
        const seat = presence.inRoom(message.user)
        return seat?.roomId === message.room && dismiss(seat, message.err, undefined)
      }
      case "close": {
        const room = rooms.get(message.room)
        return room && closeRoom(room)
      }
    }
  }
  bus.listen(handle)

  const seated = () => [...rooms.values()].flatMap((room) => room.seats())

  return {
    websocket: {
      open,
      message,
      close: closed,
      drain: ({ data: seat }) => rooms.get(seat.roomId)?.drained(seat),
      idleTimeout: 60,
      sendPings: true,
      maxPayloadLength: 16 * 1024,
      backpressureLimit: 4 * limits.closeBytes,
      closeOnBackpressureLimit: false,
      perMessageDeflate: false,
    },
    attach: (server) => void servers.push(server),
    seat: (ticket) => makeSeat(ticket, limits.inboundBurst, now()),
    refusal: (err) => makeSeat(nobody, 0, 0, err),
    send: (seat, frame) => send(seat, JSON.stringify(frame)),
    expel: (seat, err) => dismiss(seat, err, undefined),
    audience(roomId, most = Number.POSITIVE_INFINITY) {
      const room = rooms.get(roomId)
      const ids: number[] = []
      for (const seat of room?.seats() ?? []) {
        if (ids.length >= most) break
        if (seat !== room?.host) ids.push(seat.userId)
      }
      return ids
    },
    count: (roomId) => rooms.get(roomId)?.viewers ?? 0,
    attend: (roomId) => Promise.all(rooms.get(roomId)?.attend() ?? []),
    flushed: () => Promise.all([...house.unflushed].map((part) => part.flushed())),
    hostIsIn: (roomId) => rooms.get(roomId)?.host !== undefined,
    roomOf: (userId) => presence.inRoom(userId)?.roomId,
    isOnline: (userId) => presence.reach(userId) !== undefined,
    statistics: () => ({ sockets: presence.size, rooms: rooms.size - (rooms.has(0) ? 1 : 0), ...house.tally }),
    async drain() {
      draining = true
      const until = now() + limits.drainMs
      for (const room of rooms.values()) room.deliver()
      do await Bun.sleep(POLL_MS)
      while (now() < until && seated().some((seat) => seat.socket && seat.socket.getBufferedAmount() > 0))
      const lastWords = Promise.all([...rooms.values()].flatMap((room) => room.attend()))
      await Promise.race([lastWords, Bun.sleep(Math.max(POLL_MS, until - now()))])
      for (const room of rooms.values()) room.deliver()
      for (const seat of seated()) seat.socket?.close(1012, "service restart")
    },
    dump: () => [...rooms.values()].filter((room) => room.replay.seq > 0).map((room) => room.replay.dump(room.id)),
    restore(buffers) {
      for (const kept of buffers) if (!rooms.has(kept.room)) rooms.set(kept.room, new Room(kept.room, house, kept))
      if (buffers.length > 0) sweepLater()
    },
  }
}

const POLL_MS = 5
