import type { Limits } from "./limits.ts"

/** A room's replay buffer as plain JSON, to be carried over a restart. `frames` are the serialized last ones up to `seq`. */
export interface RoomBuffer {
  room: number
  epoch: string
  seq: number
  frames: string[]
}

/** Numbers a room's frames and keeps the latest, bounded by count and bytes, for readers who come back. */
export class Replay {
  readonly epoch: string
  seq: number
  private frames: string[] = []
  private bytes = 0

  constructor(
    private readonly limits: Limits,
    kept?: RoomBuffer,
  ) {
    this.epoch = kept?.epoch ?? crypto.randomUUID().slice(0, 13)
    this.seq = kept?.seq ?? 0
    for (const text of kept?.frames ?? []) this.keep(text)
  }

  /** Gives a serialized, non-empty object the next number and answers it with `seq` as its last key. */
  append(json: string): string {
    this.seq += 1
    const text = `${json.slice(0, -1)},"seq":${this.seq}}`
    this.keep(text)
    return text
  }

  /** Every frame after number `since`, in order, or undefined when they are no longer known. */
  after(since: number | undefined, epoch: string | undefined): string[] | undefined {
    if (epoch !== this.epoch || since === undefined || !Number.isInteger(since)) return undefined
    const missed = this.seq - since
    if (missed < 0 || missed > this.frames.length) return undefined
    return this.frames.slice(this.frames.length - missed)
  }

  dump(room: number): RoomBuffer {
    return { room, epoch: this.epoch, seq: this.seq, frames: [...this.frames] }
  }

  private keep(text: string) {
    this.frames.push(text)
    this.bytes += Buffer.byteLength(text)
    while (this.frames.length > this.limits.replayFrames || this.bytes > this.limits.replayBytes) {
      this.bytes -= Buffer.byteLength(this.frames.shift() ?? "")
    }
  }
}
