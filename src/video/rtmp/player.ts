import type { Sink } from "../packet.ts"
import { onStatus, sampleAccess } from "./command.ts"
import { streamBegin, streamEnd } from "./control.ts"
import type { Role } from "./role.ts"

/** What a player needs of its connection. */
export interface PlayerLine {
  /** Bytes that the socket has not taken yet, and how many there may be. */
  unsent(): number
  unsentMost: number
  /** Does nothing once the connection has ended. */
  send(bytes: Uint8Array): void
  /** Says the last words and closes, once. */
  end(why: string, lastWords: Uint8Array[]): void
}

const status = (code: string, description: string) => onStatus({ level: "status", code, description })

export const streamNotFound = () =>
  onStatus({ level: "error", code: "NetStream.Play.StreamNotFound", description: "No such stream" })

/**
 * A client that plays. What the studio writes before the client has been told that it may is held back, so that the stream
 * begins with that.
 */
export class PlayerRole implements Role, Sink {
  readonly kind = "playing"
  private state: "asking" | "started" | "closed" = "asking"
  private held: Uint8Array[] = []
  private heldBytes = 0
  private leave: (() => void) | undefined

  constructor(private readonly line: PlayerLine) {}

  /** The studio has let it in. @param leave tells the studio that the client is gone */
  start(name: string, leave: () => void): void {
    this.leave = leave
    this.line.send(streamBegin())
    this.line.send(status("NetStream.Play.Reset", `Playing and resetting ${name}`))
    this.line.send(status("NetStream.Play.Start", `Started playing ${name}`))
    this.line.send(sampleAccess())
    for (const bytes of this.held) this.line.send(bytes)
    this.state = "started"
    this.release()
  }

  buffered(): number {
    return this.line.unsent() + this.heldBytes
  }

  write(bytes: Uint8Array): void {
    if (this.state === "started") this.line.send(bytes)
    if (this.state !== "asking") return
    this.held.push(bytes)
    this.heldBytes += bytes.length
    if (this.heldBytes > this.line.unsentMost) this.close()
  }

  close(): void {
    const lastWords = this.state === "asking" ? [streamNotFound()] : this.farewell()
    this.state = "closed"
    this.release()
    this.line.end("the studio closed it", lastWords)
  }

  /** A player has nothing to say. */
  take(): void {}

  farewell(): Uint8Array[] {
    return [status("NetStream.Play.UnpublishNotify", "The stream is over"), streamEnd()]
  }

  over(): void {
    this.state = "closed"
    this.release()
    // Later, since the studio may be going through its viewers when it closes this one.
    if (this.leave) queueMicrotask(this.leave)
  }

  private release() {
    this.held = []
    this.heldBytes = 0
  }
}
