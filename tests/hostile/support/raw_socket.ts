import type { Socket } from "node:net"
import { dial, requestText } from "./raw_http.ts"

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface RawFrame {
  opcode: number
  payload?: string | Buffer
  fin?: boolean
  /** The three reserved bits. */
  reserved?: number
  masked?: boolean
  /** The length the frame claims, in the eight-byte form, whatever the payload's is. */
  claims?: bigint
}

/** A frame's bytes, well-formed or not. */
export function frameBytes(frame: RawFrame): Buffer {
  const { opcode, fin = true, reserved = 0, masked = true, claims } = frame
  const payload = Buffer.from(frame.payload ?? "")
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode
  const mask = masked ? crypto.getRandomValues(Buffer.alloc(4)) : Buffer.alloc(0)
  const body = masked ? payload.map((byte, at) => byte ^ mask.readUInt8(at % 4)) : payload
  return Buffer.concat([Buffer.from([first]), lengthBytes(payload.length, masked, claims), mask, body])
}

function lengthBytes(length: number, masked: boolean, claims: bigint | undefined): Buffer {
  const bit = masked ? 0x80 : 0
  if (claims === undefined && length < 126) return Buffer.from([bit | length])
  if (claims === undefined && length < 65_536) return Buffer.from([bit | 126, length >> 8, length & 255])
  const bytes = Buffer.alloc(9)
  bytes.writeUInt8(bit | 127)
  bytes.writeBigUInt64BE(claims ?? BigInt(length), 1)
  return bytes
}

export const upgrade = {
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": 13,
}

/** A websocket client on bare TCP, which may say anything. */
export class RawSocket {
  /** Text messages, parsed. */
  readonly heard: Record<string, unknown>[] = []
  closeCode: number | undefined
  gone = false
  private rest = Buffer.alloc(0)
  private upgraded = false
  private wake: () => void = () => {}

  private constructor(readonly tcp: Socket) {
    tcp.on("data", (chunk) => this.take(Buffer.from(chunk)))
    tcp.on("close", () => {
      this.gone = true
      this.wake()
    })
  }

  /** Opens a socket and waits until the server has agreed. */
  static async open(port: number, path: string): Promise<RawSocket> {
    const socket = new RawSocket(await dial(port))
    socket.tcp.write(requestText("GET", path, upgrade))
    if (!(await socket.until(() => socket.upgraded))) throw new Error(`no socket at ${path}`)
    return socket
  }

  say(...frames: (RawFrame | Buffer)[]): void {
    this.tcp.write(Buffer.concat(frames.map((frame) => (Buffer.isBuffer(frame) ? frame : frameBytes(frame)))))
  }

  /** Waits for something, and answers whether it came within so many milliseconds. */
  async until(came: () => boolean, within = 5_000): Promise<boolean> {
    const deadline = Date.now() + within
    while (!came()) {
      if (this.gone || Date.now() > deadline) return came()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now() + 1)
        this.wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return true
  }

  private take(chunk: Buffer) {
    this.rest = Buffer.concat([this.rest, chunk])
    if (!this.upgraded) {
      const end = this.rest.indexOf("\r\n\r\n")
      if (end < 0) return
      this.upgraded = this.rest.toString("latin1", 0, end).startsWith("HTTP/1.1 101")
      this.rest = this.rest.subarray(end + 4)
    }
    for (let read = this.frame(); read > 0; read = this.frame()) this.rest = this.rest.subarray(read)
    this.wake()
  }

  /** Reads one frame of the server's, which are never masked, and answers its length, or 0 when it is not all there. */
  private frame(): number {
    if (this.rest.length < 4) return this.rest.length === 2 && this.rest.readUInt8(1) === 0 ? 2 : 0
    const short = this.rest.readUInt8(1)
    const head = short === 126 ? 4 : 2
    const size = short === 126 ? this.rest.readUInt16BE(2) : short
    if (this.rest.length < head + size) return 0
    const body = this.rest.subarray(head, head + size)
    const opcode = this.rest.readUInt8(0) & 15
    if (opcode === opcodes.text) this.heard.push(JSON.parse(body.toString()))
    if (opcode === opcodes.close) this.closeCode = body.length >= 2 ? body.readUInt16BE(0) : 1005
    return head + size
  }
}
