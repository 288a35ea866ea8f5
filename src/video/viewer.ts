import type { Sink } from "./packet.ts"

/** One connection that a stream goes out by. */
export class Viewer {
  /**
   * `joining`: it got nothing yet. `flowing`: it gets everything. `skipping`: it is behind and gets nothing until a key frame
   * after it has caught up.
   */
  state: "joining" | "flowing" | "skipping" = "joining"
  /** Since when it is behind, in milliseconds; undefined while it is not. */
  behindSince: number | undefined
  /** What it was sent on joining and has not been seen to take; nobody takes that at once. */
  private openingBytes = 0

  constructor(
    private readonly sink: Sink,
    /** In milliseconds. */
    readonly joinedAt: number,
  ) {}

  /** Sends what a viewer begins with. @returns how many bytes that is */
  begin(pieces: Uint8Array[]): number {
    this.state = "flowing"
    this.openingBytes = pieces.reduce((sum, { length }) => sum + length, 0)
    for (const bytes of pieces) this.sink.write(bytes)
    return this.openingBytes
  }

  write(bytes: Uint8Array): void {
    this.sink.write(bytes)
  }

  /** @param most unsent bytes that are fine, besides what it began with */
  isBehind(most: number): boolean {
    const unsent = this.sink.buffered()
    if (unsent <= most) this.openingBytes = 0
    return unsent > most + this.openingBytes
  }

  skip(now: number): void {
    this.state = "skipping"
    this.behindSince = now
  }

  /** Looks whether a viewer that skips has no more than so many bytes unsent; once is enough. */
  hasCaughtUp(most: number): boolean {
    if (this.behindSince !== undefined && this.sink.buffered() <= most) this.behindSince = undefined
    return this.behindSince === undefined
  }

  /** Goes on where others begin. */
  resume(bytes: Uint8Array): void {
    this.state = "flowing"
    this.sink.write(bytes)
  }

  close(): void {
    this.sink.close()
  }
}
