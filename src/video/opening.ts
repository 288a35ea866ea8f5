import type { Format } from "./format.ts"
import type { Packet } from "./packet.ts"

/** A piece is complete once it has so many bytes. */
const pieceLeast = 64 * 1024

/**
 * What a viewer begins with, encoded. Whoever comes between the same two key frames shares all complete pieces with the
 * others, so that many who come and take nothing hold the stream's bytes once, not each.
 */
export class Opening {
  /** The frame that the pieces begin with. */
  private first: Packet | undefined
  private pieces: Uint8Array[] = []
  /** Frames in the pieces. */
  private encoded = 0

  constructor(private readonly format: Format) {}

  /** @param backlog configurations, then frames @returns buffers to send one after the other */
  of(backlog: Packet[], kinds: { video: boolean; audio: boolean }): Uint8Array[] {
    const frames = backlog.filter(({ isConfig }) => !isConfig)
    if (frames[0] !== this.first) this.forget()
    this.first = frames[0]
    const configs = backlog.filter(({ isConfig }) => isConfig)
    const head = [this.format.header(kinds), ...configs.map(this.format.packet)]
    const rest = this.complete(frames)
    if (this.pieces.length === 0) return [Buffer.concat([...head, ...rest])]
    return [Buffer.concat(head), ...this.pieces, ...(rest.length > 0 ? [Buffer.concat(rest)] : [])]
  }

  /** What comes now begins with another frame. */
  forget(): void {
    this.first = undefined
    this.pieces = []
    this.encoded = 0
  }

  /** Completes as many pieces as can be. @returns the encoded frames that are left over */
  private complete(frames: Packet[]): Uint8Array[] {
    let part: Uint8Array[] = []
    let size = 0
    for (let at = this.encoded; at < frames.length; at++) {
      const bytes = this.format.packet(frames[at] as Packet)
      part.push(bytes)
      size += bytes.length
      if (size < pieceLeast) continue
      this.pieces.push(part.length === 1 ? bytes : Buffer.concat(part))
      this.encoded = at + 1
      part = []
      size = 0
    }
    return part
  }
}
