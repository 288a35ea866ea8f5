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
    if (!this.isBlocked) {
      this.isBlocked = !this.put(bytes)
      return
    }
    this.waiting.push(bytes)
    this.bytes += bytes.length
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
