import type { Lane } from "./bus.ts"
import type { Limits } from "./limits.ts"
import type { Seat } from "./seat.ts"

/** What a room and its parts need of the hub. `now` is in milliseconds; the tally counts frames handed to sockets and kept from slow ones. */
export interface House {
  publish(topic: string, text: string): void
  /** Handles a seat's message; a promise while it is being handled. */
  listen(seat: Seat, text: string): undefined | Promise<void>
  now(): number
  limits: Limits
  tally: { framesOut: number; framesShed: number }
  /** The parts with something on its way. */
  unflushed: Set<Part>
}

/** What the parts of a room share. */
export interface Tempo {
  /** Handles the messages that wait, and answers what is still being handled. */
  attend(): Promise<void>[]
  /** Messages wait to be handled. */
  waiting(): boolean
  /** Books the time after a flush that took from `start` until now, in milliseconds. @returns when the next may start */
  book(start: number): number
}

/** A frame on its way: to everybody, or to one seat. */
export type Pending = { text: string; lane: Lane; only: Seat | undefined }

const LANES: Record<"plain" | "ext", { all: Lane[]; shed: Lane[] }> = {
  plain: { all: ["chat", "money"], shed: ["chat"] },
  ext: { all: ["chat", "money", "extension"], shed: ["chat", "extension"] },
}
const lanesOf = (seat: Seat) => (seat.ext ? LANES.ext : LANES.plain)

/**
 * Some seats of a room, flushed together.
 *
 * Publishing costs a system call a subscriber, which frames published in one turn of the loop share. So frames gather:
 * a quiet part flushes at the end of the turn, a busy one when its turn comes in the room's tempo.
 */
export class Part {
  readonly seats = new Set<Seat>()
  /** A flush is due, or not yet measured. */
  busy = false
  quietAt = 0

  private readonly topics: Record<Lane, string>
  private readonly tuned: Record<Lane, number> = { chat: 0, money: 0, extension: 0 }
  private readonly slow: Record<Lane, number> = { chat: 0, money: 0, extension: 0 }
  private pending: Pending[] = []
  private joining: Seat[] = []
  /** Characters sent since the readers were last judged: too few cannot have put anybody behind. */
  private sentUnjudged = 0
  private waiting: (() => void)[] = []

  /** `name` is this part's alone: its topics start with it. */
  constructor(
    name: string,
    private readonly house: House,
    private readonly tempo: Tempo,
  ) {
    this.topics = { chat: `${name}.chat`, money: `${name}.money`, extension: `${name}.extension` }
  }

  queue(entry: Pending): void {
    if (this.seats.size === 0) return
    this.pending.push(entry)
    this.wake()
  }

  seat(seat: Seat): void {
    this.seats.add(seat)
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

  /** Forgets a seat. @returns false if it is not here */
  remove(seat: Seat): boolean {
    if (!this.seats.delete(seat)) return false
    if (seat.state === "open") for (const lane of lanesOf(seat).all) this.tuned[lane] -= 1
    if (seat.state === "slow") {
      this.tuned.money -= 1
      for (const lane of lanesOf(seat).shed) this.slow[lane] -= 1
    }
    seat.state = "outside"
    return true
  }

  /** Makes sure that a flush follows: in this turn of the loop, or when the tempo allows. */
  wake(): void {
    if (this.busy) return
    this.busy = true
    this.house.unflushed.add(this)
    const wait = this.quietAt - this.house.now()
    if (wait > 0) setTimeout(this.flush, wait)
    else queueMicrotask(this.flush)
  }

  /** Resolves once everything queued so far was handed to the sockets. */
  flushed(): Promise<void> {
    return this.busy ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve()
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

  private readonly flush = async () => {
    const handling = this.tempo.attend()
    // SQLite answers within microtasks; what waits for a slower database is published with the next flush.
    if (handling.length > 0) await Promise.race([Promise.all(handling), new Promise(setImmediate)])
    const start = this.house.now()
    const waiting = this.waiting
    this.waiting = []
    this.deliver()
    // The loop writes to the sockets between these two, so the second one sees the whole cost and what was left unsent.
    setImmediate(() => setImmediate(() => this.settle(start, waiting)))
  }

  private settle(start: number, waiting: (() => void)[]) {
    this.quietAt = this.tempo.book(start)
    this.busy = false
    this.house.unflushed.delete(this)
    for (const resolve of waiting) resolve()
    if (this.sentUnjudged >= this.house.limits.shedBytes / 4) {
      this.sentUnjudged = 0
      for (const seat of this.seats) this.judge(seat)
    }
    const more = this.pending.length + this.joining.length + this.waiting.length > 0
    if (more || this.tempo.waiting()) this.wake()
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
