import { flvTag } from "../../../src/video/flv/tag.ts"
import type { FlvTag } from "../../../src/video/flv/tag_reader.ts"
import { Record } from "../../realtime/record.ts"

/** A browser's websocket, for watching and for publishing. */
export class Client {
  /** What was said in bytes, and in words. */
  readonly got = new Record<Uint8Array>()
  readonly heard = new Record<string>()
  readonly socket: WebSocket
  readonly opened: Promise<void>
  readonly closed: Promise<{ code: number; reason: string }>

  constructor(url: string) {
    this.socket = new WebSocket(url)
    this.socket.binaryType = "arraybuffer"
    this.socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.heard.add(data)
      else this.got.add(new Uint8Array(data))
    })
    this.opened = new Promise((resolve) => this.socket.addEventListener("open", () => resolve()))
    this.closed = new Promise((resolve) =>
      this.socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason })),
    )
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.got.items)
  }

  /** Waits until it may publish. @throws with the reason when it may not */
  async welcomed(): Promise<void> {
    const refused = this.closed.then(({ code, reason }) => {
      throw new Error(`${code} ${reason}`)
    })
    await Promise.race([this.heard.until((text) => text === "publishing"), refused])
  }

  push(...tags: FlvTag[]): void {
    this.pushBytes(tagBytes(tags))
  }

  /** In messages of so many bytes, wherever that cuts a tag. */
  pushBytes(bytes: Uint8Array, pieceSize = bytes.length): void {
    for (let at = 0; at < bytes.length; at += pieceSize) this.socket.send(bytes.subarray(at, at + pieceSize))
  }
}

export const tagBytes = (tags: FlvTag[]): Uint8Array<ArrayBuffer> =>
  Buffer.concat(tags.map(({ kind, timestamp, body }) => bytesOf(kind, timestamp, body)))

const bytesOf = (kind: FlvTag["kind"], at: number, body: Uint8Array) =>
  flvTag({ kind, at, body, isConfig: false, isKey: false })
