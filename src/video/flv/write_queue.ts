/** What is handed to a connection at once at most, in bytes: what it does not take of that is copied inside the runtime. */
const pieceMost = 128 * 1024

/**
 * What a connection does not take yet, in order. Buffers are kept as they are, so viewers in step share them instead of
 * each having a copy of its own inside the runtime.
 */
export class WriteQueue {
  /** Bytes that wait here. */
  bytes = 0
  private waiting: Uint8Array[] = []
  private isBlocked = true

  /** @param put hands bytes to the connection; answers whether it takes more at once */
  constructor(private readonly put: (bytes: Uint8Array) => boolean) {}

  write(bytes: Uint8Array): void {
    let rest = bytes
    while (!this.isBlocked && rest.length > 0) {
      const piece = rest.length > pieceMost ? rest.subarray(0, pieceMost) : rest
      rest = rest.subarray(piece.length)
      this.isBlocked = !this.put(piece)
    }
    if (rest.length === 0) return
    this.waiting.push(rest)
    this.bytes += rest.length
  }

  /** The connection takes bytes, for the first time or again. */
  drain(): void {
    this.isBlocked = false
    const { waiting } = this
    this.clear()
    for (const bytes of waiting) this.write(bytes)
  }

  clear(): void {
    this.waiting = []
    this.bytes = 0
  }
}
