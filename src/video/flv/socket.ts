import type { Sink, StreamRequest, Studio } from "../packet.ts"
import { WriteQueue } from "./write_queue.ts"

/** What is needed of a server's websocket. */
export interface FlvSocket {
  getBufferedAmount(): number
  /** @returns -1 when it holds the bytes back, 0 when it dropped them */
  sendBinary(bytes: Uint8Array): number
  close(code?: number, reason?: string): void
  /** Closes without a word. */
  terminate(): void
}

const viewers = new WeakMap<FlvSocket, SocketSink>()

/** Sends a stream over a websocket, in binary messages that are to be joined: they begin and end anywhere. */
export async function openFlvSocket(studio: Studio, request: StreamRequest, ws: FlvSocket): Promise<void> {
  const viewer = new SocketSink(ws)
  viewers.set(ws, viewer)
  const leave = await studio.watch(request, "flv", viewer)
  if (leave) viewer.start(leave)
  else viewer.refuse()
}

/** To be called when the socket takes bytes again. */
export function drainFlvSocket(ws: FlvSocket): void {
  viewers.get(ws)?.drain()
}

/** To be called when the socket was closed. */
export function closeFlvSocket(ws: FlvSocket): void {
  viewers.get(ws)?.over()
  viewers.delete(ws)
}

class SocketSink implements Sink {
  private isClosed = false
  private leave: (() => void) | undefined
  private readonly queue = new WriteQueue((bytes) => this.put(bytes))

  constructor(private readonly ws: FlvSocket) {
    this.queue.drain()
  }

  start(leave: () => void): void {
    this.leave = leave
    if (this.isClosed) leave()
  }

  refuse(): void {
    this.end(1008, "refused")
  }

  buffered(): number {
    return this.queue.bytes + this.ws.getBufferedAmount()
  }

  write(bytes: Uint8Array): void {
    if (!this.isClosed) this.queue.write(bytes)
  }

  drain(): void {
    if (!this.isClosed) this.queue.drain()
  }

  close(): void {
    this.end(1000, "the stream is over")
  }

  over(): void {
    this.isClosed = true
    this.queue.clear()
    this.leave?.()
  }

  private end(code: number, reason: string) {
    if (this.isClosed) return
    this.isClosed = true
    this.queue.clear()
    // The last word would wait behind what the client does not take.
    if (this.ws.getBufferedAmount() > 0) this.ws.terminate()
    else this.ws.close(code, reason)
  }

  private put(bytes: Uint8Array): boolean {
    const sent = this.ws.sendBinary(bytes)
    // A stream with a hole in it is of no use.
    if (sent === 0 && bytes.length > 0) this.end(1013, "too slow")
    return sent > 0
  }
}
