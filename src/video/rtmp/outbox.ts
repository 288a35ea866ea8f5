/** The part of a socket that bytes leave by. */
export interface Outlet {
  /** @returns how many bytes it took, -1 once it is closed; after fewer than all, `drained` is to be called */
  write(bytes: Uint8Array): number
  /** Sends the FIN; the other direction stays open. */
  shutdown(): void
}

/** Buffers below this size are joined with their neighbours: a copy of them is cheaper than a system call each. */
const joinMost = 16 * 1_024
const batchMost = 64 * 1_024

/**
 * What a socket has not taken yet, in order, without a copy of its own: players share the buffers of a packet. What one
 * turn of the loop brings is written together at its end.
 */
export class Outbox {
  /** Not yet taken by the socket. */
  bytes = 0
  /** When the socket last took some of it. */
  movedAt: number
  private queue: Uint8Array[] = []
  /** Of the first buffer, how much is gone. */
  private offset = 0
  private isBlocked = false
  private isArmed = false
  private isEnding = false

  /** @param now a clock in milliseconds */
  constructor(
    private readonly outlet: Outlet,
    private readonly now: () => number,
  ) {
    this.movedAt = now()
  }

  /** @param bytes nobody may change them afterwards */
  write(bytes: Uint8Array): void {
    if (this.isEnding || bytes.length === 0) return
    if (this.bytes === 0) this.movedAt = this.now()
    this.queue.push(bytes)
    this.bytes += bytes.length
    this.arm()
  }

  /** Sends the FIN once everything is out; later writes are ignored. */
  end(): void {
    if (this.isEnding) return
    this.isEnding = true
    this.arm()
  }

  /** Forgets everything; the socket is gone or about to be. */
  drop(): void {
    this.isEnding = true
    this.isBlocked = true
    this.queue = []
    this.bytes = 0
  }

  /** The socket takes bytes again. */
  drained(): void {
    if (this.queue.length === 0) return
    this.isBlocked = false
    this.flush()
  }

  private arm() {
    if (this.isArmed || this.isBlocked) return
    this.isArmed = true
    queueMicrotask(() => {
      this.isArmed = false
      this.flush()
    })
  }

  /** Writes what the socket takes now. */
  flush(): void {
    while (this.bytes > 0 && !this.isBlocked) {
      const batch = this.batch()
      const taken = this.outlet.write(batch)
      if (taken < 0) this.drop()
      // A socket that fails may have been given up while it was written to.
      if (this.bytes === 0) return
      this.remove(taken)
      if (taken < batch.length) this.isBlocked = true
    }
    if (this.isEnding && !this.isBlocked) {
      this.isBlocked = true
      this.outlet.shutdown()
    }
  }

  /** What to write next: the first buffer, with those behind it as long as all of them are small. */
  private batch(): Uint8Array {
    const [head = new Uint8Array()] = this.queue
    const first = this.offset > 0 ? head.subarray(this.offset) : head
    let size = first.length
    let count = 1
    for (let next = first; next.length < joinMost && size < batchMost; count++) {
      const following = this.queue[count]
      if (!following || following.length >= joinMost) break
      size += following.length
      next = following
    }
    return count === 1 ? first : Buffer.concat([first, ...this.queue.slice(1, count)], size)
  }

  private remove(taken: number) {
    if (taken === 0) return
    this.movedAt = this.now()
    this.bytes -= taken
    let gone = 0
    let left = taken + this.offset
    for (let head = this.queue[0]; head && left >= head.length; head = this.queue[gone]) {
      left -= head.length
      gone += 1
    }
    this.queue.splice(0, gone)
    this.offset = left
  }
}
