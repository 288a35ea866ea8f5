import type { Frame, Lane, Own } from "./bus.ts"
import { type House, Part, type Pending } from "./part.ts"
import { Replay, type RoomBuffer } from "./replay.ts"
import type { Seat } from "./seat.ts"

/**
 * The seats of one room, its numbered frames and what was said in it but not yet handled.
 *
 * A large room's seats are spread over parts whose flushes follow each other: one flush of everybody would hold up the
 * loop, and with it the frames, for as long as it takes.
 */
export class Room {
  readonly replay: Replay
  host: Seat | undefined
  /** When the last seat left, in milliseconds. */
  emptySince: number

  private readonly parts: Part[] = []
  private heard: { seat: Seat; text: string }[] = []
  /** Flushes have this room's time booked until here, in milliseconds. */
  private bookedUntil = 0

  constructor(
    readonly id: number,
    private readonly house: House,
    kept?: RoomBuffer,
  ) {
    this.replay = new Replay(house.limits, kept)
    this.emptySince = house.now()
  }

  /** How many seats are taken. */
  get size(): number {
    return this.parts.reduce((sum, part) => sum + part.seats.size, 0)
  }

  /** How many are present, without the host. */
  get viewers(): number {
    return this.size - (this.host ? 1 : 0)
  }

  /** Every seat, in no particular order. */
  seats(): Seat[] {
    return this.parts.flatMap((part) => [...part.seats])
  }

  /** Queues a frame for everybody, numbered unless it is an extension; `own` as the bus has it. */
  post(frame: Frame, lane: Lane, own?: Own): void {
    if (own) {
      this.each(frame, own)
      return
    }
    const json = JSON.stringify(frame)
    this.queue({ text: lane === "extension" ? json : this.replay.append(json), lane, only: undefined })
  }

  /** Queues an unnumbered frame for everybody that is never dropped. */
  notice(json: string): void {
    this.queue({ text: json, lane: "money", only: undefined })
  }

  /** Queues a frame for one seat of this room, in order with what was posted before. */
  tell(seat: Seat, json: string): void {
    this.partOf(seat)?.queue({ text: json, lane: "money", only: seat })
  }

  seat(seat: Seat): void {
    this.roomiest().seat(seat)
    if (seat.isHost) this.host = seat
  }

  /** From here on every frame is for this seat too; the next flush brings it `backlog` and then those. */
  join(seat: Seat, backlog: string[]): void {
    this.partOf(seat)?.join(seat, backlog)
  }

  /** Forgets a seat; nothing happens if it is not here. */
  remove(seat: Seat): void {
    if (!this.partOf(seat)?.remove(seat)) return
    if (this.host === seat) this.host = undefined
    this.emptySince = this.house.now()
  }

  /**
   * Takes a seat's message. In a busy room those of a window are handled in a row, just before a flush: apart they cost
   * several times as much, each finding the caches cold, and are delivered no sooner.
   */
  hear(seat: Seat, text: string): void {
    const part = this.partOf(seat)
    if (!part) return
    if (this.house.now() >= this.bookedUntil && !this.parts.some(({ busy }) => busy)) {
      this.house.listen(seat, text)
      return
    }
    if (this.heard.length >= this.house.limits.heardMax) this.attend()
    this.heard.push({ seat, text })
    this.soonest(part).wake()
  }

  /** Handles the messages that wait, and answers what is still being handled. */
  attend(): Promise<void>[] {
    const { heard } = this
    this.heard = []
    return heard.map(({ seat, text }) => this.house.listen(seat, text)).filter((handling) => handling !== undefined)
  }

  /** Publishes what is pending and lets in who is waiting. */
  deliver(): void {
    for (const part of this.parts) part.deliver()
  }

  /** Brings one seat that is about to be closed what the next flush would have. */
  bidFarewell(seat: Seat): void {
    this.partOf(seat)?.bidFarewell(seat)
  }

  /** Called when a seat's socket has written some of what it held back. */
  drained(seat: Seat): void {
    this.partOf(seat)?.drained(seat)
  }

  /** Each flush takes the next piece of the room's time: parts that once flushed together follow each other from then on. */
  private book(start: number): number {
    const { windowMinMs, windowMaxMs, windowPerCost } = this.house.limits
    const windowMs = windowPerCost * (this.house.now() - start)
    const share = Math.min(Math.max(windowMs, windowMinMs), windowMaxMs / this.parts.length)
    this.bookedUntil = Math.max(this.bookedUntil, start) + share
    return this.bookedUntil
  }

  private each(frame: Frame, own: Own): void {
    const common = JSON.stringify(frame)
    for (const seat of this.seats()) {
      const other = own[seat.userId]
      if (seat.ext) this.tell(seat, other ? JSON.stringify({ ...frame, ...other }) : common)
    }
  }

  private queue(entry: Pending) {
    for (const part of this.parts) part.queue(entry)
  }

  private partOf(seat: Seat): Part | undefined {
    return this.parts.find((part) => part.seats.has(seat))
  }

  /** The part for the next seat: another one once all are large. */
  private roomiest(): Part {
    const { partSeats, partsMax } = this.house.limits
    const least = this.parts.reduce<Part | undefined>(
      (best, part) => (best && best.seats.size <= part.seats.size ? best : part),
      undefined,
    )
    if (least && (least.seats.size < partSeats || this.parts.length >= partsMax)) return least
    const part = new Part(`${this.id}.${this.parts.length}`, this.house, {
      attend: () => this.attend(),
      waiting: () => this.heard.length > 0,
      book: (start) => this.book(start),
    })
    this.parts.push(part)
    return part
  }

  /** The part that flushes first. */
  private soonest(part: Part): Part {
    return this.parts.reduce((first, other) => (other.quietAt < first.quietAt ? other : first), part)
  }
}
