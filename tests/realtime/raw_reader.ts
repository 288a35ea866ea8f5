import type { Socket } from "bun"
import type { Frame } from "../../src/realtime/bus.ts"
import { Record } from "./record.ts"

/** A websocket client on bare TCP, which can stop reading. */
export class RawReader {
  readonly got = new Record<Frame | { closed: number }>()
  private rest = Buffer.alloc(0)
  private upgraded = false
  private socket: Socket | undefined

  static async connect(port: number, path: string): Promise<RawReader> {
    const reader = new RawReader()
    reader.socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: { data: (_, chunk) => reader.take(chunk) },
    })
    reader.socket.write(
      [
        `GET ${path} HTTP/1.1`,
        "Host: stage",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        "\r\n",
      ].join("\r\n"),
    )
    return reader
  }

  pause(): void {
    this.socket?.pause()
  }

  resume(): void {
    this.socket?.resume()
  }

  all(key: string): unknown[] {
    return this.got.items.flatMap((frame) => (key in frame ? [(frame as Frame)[key]] : []))
  }

  private take(chunk: Buffer) {
    this.rest = Buffer.concat([this.rest, chunk])
    if (!this.upgraded) {
      const end = this.rest.indexOf("\r\n\r\n")
      if (end < 0) return
      this.upgraded = true
      this.rest = this.rest.subarray(end + 4)
    }
    for (let read = this.frame(); read > 0; read = this.frame()) this.rest = this.rest.subarray(read)
  }

  /** Reads one unmasked frame off the front and answers its length, or 0 when it is not all there. */
  private frame(): number {
    if (this.rest.length < 2) return 0
    const short = this.rest.readUInt8(1)
    const head = short === 127 ? 10 : short === 126 ? 4 : 2
    if (this.rest.length < head) return 0
    const size =
      short === 127 ? Number(this.rest.readBigUInt64BE(2)) : short === 126 ? this.rest.readUInt16BE(2) : short
    if (this.rest.length < head + size) return 0
    const body = this.rest.subarray(head, head + size)
    const opcode = this.rest.readUInt8(0) & 15
    if (opcode === 1) this.got.add(JSON.parse(body.toString()))
    if (opcode === 8) this.got.add({ closed: body.readUInt16BE(0) })
    return head + size
  }
}
