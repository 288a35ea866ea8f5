import type { Socket } from "bun"
import { Record } from "../../realtime/record.ts"

/** An HTTP client on bare TCP, which can stop reading. */
export class RawReader {
  /** Everything after the head, as it came. */
  readonly got = new Record<Buffer>()
  closed: Promise<void> = Promise.resolve()
  private socket: Socket | undefined

  static async connect(port: number, path: string, headers: string[] = []): Promise<RawReader> {
    const reader = new RawReader()
    const { promise, resolve } = Promise.withResolvers<void>()
    reader.closed = promise
    reader.socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: { data: (_, chunk) => reader.got.add(Buffer.from(chunk)), close: () => resolve() },
    })
    reader.socket.write([`GET ${path} HTTP/1.1`, "Host: stage", ...headers, "\r\n"].join("\r\n"))
    return reader
  }

  pause(): void {
    this.socket?.pause()
  }

  resume(): void {
    this.socket?.resume()
  }
}

/** Reads an answer until as many bytes have come, and leaves the rest. */
export async function readBytes(response: Response, count: number): Promise<Uint8Array> {
  const reader = response.body?.getReader()
  const pieces: Uint8Array[] = []
  for (let length = 0; length < count; ) {
    const { value } = (await reader?.read()) ?? {}
    if (!value) throw new Error(`the answer ended after ${length} bytes`)
    pieces.push(value)
    length += value.length
  }
  return Buffer.concat(pieces)
}
