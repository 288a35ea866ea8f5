import type { Frame, Lane } from "./bus.ts"
import type { Limits } from "./limits.ts"
import { Replay, type RoomBuffer } from "./replay.ts"
import type { Seat } from "./seat.ts"

/** What a room needs of the hub. `now` is in milliseconds; the tally counts frames handed to sockets and kept from slow ones. */
export interface House {
  publish(topic: string, text: string): void
  /** Handles a seat's message; a promise while it is being handled. */
  listen(seat: Seat, text: string): undefined | Promise<void>
  now(): number
  limits: Limits
  tally: { framesOut: number; framesShed: number }
}

type Pending = { text: string; lane: Lane; only: Seat | undefined }

const LANES: Record<"plain" | "ext", { all: Lane[]; shed: Lane[] }> = {
  plain: { all: ["chat", "money"], shed: ["chat"] },
  ext: { all: ["chat", "money", "extension"], shed: ["chat", "extension"] },
}
const lanesOf = (seat: Seat) => (seat.ext ? LANES.ext : LANES.plain)

/**
 * The seats of one room and the frames on their way to them.
 *
 * Publishing costs a system call a subscriber, which frames published in one turn of the loop share. So frames gather:
 * a quiet room flushes at the end of the turn, a busy one after a window that follows what its flushes cost.
 */
export class Room {
  readonly seats = new Set<Seat>()
  readonly replay: Replay
  host: Seat | undefined
  /** When the last seat left, in milliseconds. */
  emptySince: number

  private readonly topics: Record<Lane, string>
  private readonly tuned: Record<Lane, number> = { chat: 0, money: 0, extension: 0 }
  private readonly slow: Record<Lane, number> = { chat: 0, money: 0, extension: 0 }
  private pending: Pending[] = []
  private joining: Seat[] = []
  private heard: { seat: Seat; text: string }[] = []
  /** A flush is due, or not yet measured. */
  private busy = false
  private quietAt = 0
  /** Characters sent since the readers were last judged: too few cannot have put anybody behind. */
  private sentUnjudged = 0

  constructor(
    readonly id: number,
    private readonly house: House,
    kept?: RoomBuffer,
  ) {
    this.replay = new Replay(house.limits, kept)
    this.topics = { chat: `${id}.chat`, money: `${id}.money`, extension: `${id}.extension` }
    this.emptySince = house.now()
  }

  /** How many are present, without the host. */
  get viewers(): number {
    return this.seats.size - (this.host ? 1 : 0)
  }

  /** Queues a frame for everybody, numbered unless it is an extension. */
  post(frame: Frame, lane: Lane): void {
    const json = JSON.stringify(frame)
    this.queue({ text: lane === "extension" ? json : this.replay.append(json), lane, only: undefined })
  }

  /** Queues an unnumbered frame for everybody that is never dropped. */
  notice(json: string): void {
    this.queue({ text: json, lane: "money", only: undefined })
  }

  /** Queues a frame for one seat of this room, in order with what was posted before. */
  tell(seat: Seat, json: string): void {
    if (this.seats.has(seat)) this.queue({ text: json, lane: "money", only: seat })
  }

  seat(seat: Seat): void {
    this.seats.add(seat)
    if (seat.isHost) this.host = seat
    seat.state = "waiting"
    seat.mark = Number.POSITIVE_INFINITY
  }

  /** From here on every frame is for this seat too; the next flush brings it `backlog` and then those. */
  join(seat: Seat, backlog: string[]): void {
    seat.backlog = backlog
    seat.mark = this.pending.length
    this.joining.push(seat)
    this.wake()
  }

  /** Forgets a seat; nothing happens if it is not here. */
  remove(seat: Seat): void {
    if (!this.seats.delete(seat)) return
    if (seat.state === "open") for (const lane of lanesOf(seat).all) this.tuned[lane] -= 1
    if (seat.state === "slow") {
      this.tuned.money -= 1
      for (const lane of lanesOf(seat).shed) this.slow[lane] -= 1
    }
    if (this.host === seat) this.host = undefined
    this.emptySince = this.house.now()
    seat.state = "outside"
  }

  /**
   * Takes a seat's message. In a busy room those of a window are handled in a row, just before its flush: apart they cost
   * several times as much, each finding the caches cold, and are delivered no sooner.
   */
  hear(seat: Seat, text: string): void {
    if (!this.busy && this.house.now() >= this.quietAt) {
      this.house.listen(seat, text)
      return
    }
    if (this.heard.length >= this.house.limits.heardMax) this.attend()
    this.heard.push({ seat, text })
    this.wake()
  }

  /** Handles the messages that wait, and answers what is still being handled. */
  attend(): Promise<void>[] {
    const { heard } = this
    this.heard = []
    return heard.map(({ seat, text }) => this.house.listen(seat, text)).filter((handling) => handling !== undefined)
  }

  /** Publishes what is pending and lets in who is waiting. */
  deliver(): void {
    const { pending, joining } = this
    this.pending = []
    this.joining = []
    for (const entry of pending) this.publish(entry)
    for (const seat of joining) {
      if (seat.state !== "waiting") continue
      this.handOver(seat, pending)
      seat.state = "open"
      for (const lane of lanesOf(seat).all) this.tune(seat, lane)
    }
  }

  /** Brings one seat that is about to be closed what the next flush would have. */
  bidFarewell(seat: Seat): void {
    this.handOver(seat, this.pending)
  }

  /** Called when a seat's socket has written some of what it held back. */
  drained(seat: Seat): void {
    if (seat.state !== "slow" || buffered(seat) > this.house.limits.resumeBytes) return
    // What is pending has not been published to anybody, so nothing is lost or doubled by listening again at once.
    seat.state = "open"
    for (const lane of lanesOf(seat).shed) {
      this.slow[lane] -= 1
      this.tune(seat, lane)
    }
  }

  private queue(entry: Pending) {
    if (this.seats.size === 0) return
    this.pending.push(entry)
    this.wake()
  }

  private wake() {
    if (this.busy) return
    this.busy = true
    const wait = this.quietAt - this.house.now()
    if (wait > 0) setTimeout(this.flush, wait)
    else queueMicrotask(this.flush)
  }

  private readonly flush = async () => {
    const handling = this.attend()
    // SQLite answers within microtasks; what waits for a slower database is published with the next flush.
    if (handling.length > 0) await Promise.race([Promise.all(handling), new Promise(setImmediate)])
    const start = this.house.now()
    this.deliver()
    // The loop writes to the sockets between these two, so the second one sees the whole cost and what was left unsent.
    setImmediate(() => setImmediate(() => this.settle(start)))
  }

  private settle(start: number) {
    const { windowMinMs, windowMaxMs, windowPerCost, shedBytes } = this.house.limits
    const windowMs = windowPerCost * (this.house.now() - start)
    this.quietAt = start + Math.min(Math.max(windowMs, windowMinMs), windowMaxMs)
    this.busy = false
    if (this.sentUnjudged >= shedBytes / 4) {
      this.sentUnjudged = 0
      for (const seat of this.seats) this.judge(seat)
    }
    if (this.pending.length + this.joining.length + this.heard.length > 0) this.wake()
  }

  private publish({ text, lane, only }: Pending) {
    this.sentUnjudged += text.length
    if (only) {
      if (only.state !== "open" && only.state !== "slow") return
      only.socket?.send(text)
      this.house.tally.framesOut += 1
    } else {
      if (this.tuned[lane] > 0) this.house.publish(this.topics[lane], text)
      this.house.tally.framesOut += this.tuned[lane]
      this.house.tally.framesShed += this.slow[lane]
    }
  }

  private handOver(seat: Seat, pending: Pending[]) {
    const texts = seat.backlog ?? []
    const lanes = lanesOf(seat)
    pending.forEach(({ text, lane, only }, index) => {
      const heard = lanes.all.includes(lane) && !(seat.state === "slow" && lanes.shed.includes(lane))
      if (only ? only === seat : index >= seat.mark && heard) texts.push(text)
    })
    seat.backlog = undefined
    seat.mark = 0
    this.house.tally.framesOut += texts.length
    for (const text of texts) this.sentUnjudged += text.length
    seat.socket?.cork((socket) => {
      for (const text of texts) socket.send(text)
    })
  }

  private judge(seat: Seat) {
    const held = buffered(seat)
    const { shedBytes, closeBytes } = this.house.limits
    if (held > closeBytes) seat.socket?.close(4900, "too slow")
    else if (held > shedBytes && seat.state === "open") {
      seat.state = "slow"
      for (const lane of lanesOf(seat).shed) {
        seat.socket?.unsubscribe(this.topics[lane])
        this.tuned[lane] -= 1
        this.slow[lane] += 1
      }
    }
  }

  private tune(seat: Seat, lane: Lane) {
    seat.socket?.subscribe(this.topics[lane])
    this.tuned[lane] += 1
  }
}

/** Bytes the process holds for a socket that does not read. */
const buffered = (seat: Seat): number => seat.socket?.getBufferedAmount() ?? 0
