import { type FlvTag, flvTag } from "../../../src/video/flv/tag.ts"
import { Record } from "../../realtime/record.ts"

/** A browser's websocket, for watching and for publishing. */
export class Client {
  readonly got = new Record<Uint8Array>()
  readonly socket: WebSocket
  readonly opened: Promise<void>
  readonly closed: Promise<{ code: number; reason: string }>

  constructor(url: string) {
    this.socket = new WebSocket(url)
    this.socket.binaryType = "arraybuffer"
    this.socket.addEventListener("message", ({ data }) => this.got.add(new Uint8Array(data)))
    this.opened = new Promise((resolve) => this.socket.addEventListener("open", () => resolve()))
    this.closed = new Promise((resolve) =>
      this.socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason })),
    )
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.got.items)
  }

  push(...tags: FlvTag[]): void {
    this.socket.send(Buffer.concat(tags.map(({ kind, timestamp, body }) => bytesOf(kind, timestamp, body))))
  }
}

const bytesOf = (kind: FlvTag["kind"], at: number, body: Uint8Array) =>
  flvTag({ kind, at, body, isConfig: false, isKey: false })
