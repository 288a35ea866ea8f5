import type { Frame } from "../../src/realtime/bus.ts"
import { Record } from "./record.ts"

/** A phone: a real websocket that keeps what it got. */
export class Reader {
  readonly got = new Record<Frame>()
  readonly socket: WebSocket
  readonly opened: Promise<void>
  readonly closed: Promise<{ code: number; reason: string }>

  constructor(url: string) {
    this.socket = new WebSocket(url)
    this.opened = new Promise((resolve) => this.socket.addEventListener("open", () => resolve()))
    this.socket.addEventListener("message", ({ data }) => this.got.add(JSON.parse(data)))
    this.closed = new Promise((resolve) =>
      this.socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason })),
    )
  }

  get frames(): Frame[] {
    return this.got.items
  }

  /** The values of one key in the order they came, without the frames that lack it. */
  all(key: string): unknown[] {
    return this.frames.flatMap((frame) => (key in frame ? [frame[key]] : []))
  }

  until(key: string, value: unknown): Promise<Frame> {
    return this.got.until((frame) => frame[key] === value)
  }

  say(text: string): void {
    this.socket.send(text)
  }

  async leave(): Promise<void> {
    this.socket.close()
    await this.closed
  }
}
