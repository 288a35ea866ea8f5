import type { Sink, StreamRequest, Studio } from "../packet.ts"
import { WriteQueue } from "./write_queue.ts"

const headers = {
  "Content-Type": "video/x-flv",
  "Cache-Control": "no-store",
  "Access-Control-Allow-Origin": "*",
  // nginx in front of it would hold the stream back to fill its buffers.
  "X-Accel-Buffering": "no",
}

/**
 * A stream as an answer that lasts as long as the stream or the viewer. The server must not time the request out:
 * `server.timeout(request, 0)`.
 *
 * @param signal aborted when the client is gone
 * @returns undefined when the viewer is refused
 */
export async function flvResponse(
  studio: Studio,
  request: StreamRequest,
  signal: AbortSignal,
): Promise<Response | undefined> {
  const viewer = new ResponseSink()
  const leave = await studio.watch(request, "flv", viewer)
  if (!leave) return undefined
  const over = () => {
    leave()
    viewer.over()
  }
  if (signal.aborted) over()
  else signal.addEventListener("abort", over, { once: true })
  return new Response(viewer.stream(over), { headers })
}

/** A direct stream costs half of what a default one does and, unlike that, can be ended while the client takes nothing. */
class ResponseSink implements Sink {
  private controller: ReadableStreamDirectController | undefined
  /** Handed to the connection, which has not taken all of it. */
  private underWay = 0
  private isClosed = false
  private readonly queue = new WriteQueue((bytes) => this.put(bytes))

  stream(cancel: () => void): ReadableStream {
    return new ReadableStream({
      type: "direct",
      pull: (controller) => {
        this.controller = controller
        this.queue.drain()
        if (this.isClosed) this.finish()
      },
      cancel,
    })
  }

  buffered(): number {
    return this.queue.bytes + this.underWay
  }

  write(bytes: Uint8Array): void {
    if (!this.isClosed) this.queue.write(bytes)
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    if (this.controller) this.finish()
  }

  /** The client is gone. */
  over(): void {
    this.isClosed = true
    this.queue.clear()
  }

  private put(bytes: Uint8Array): boolean {
    const taken = this.controller?.write(bytes)
    this.controller?.flush()
    if (!(taken instanceof Promise)) return true
    this.underWay = bytes.length
    const drained = () => {
      this.underWay = 0
      if (!this.isClosed) this.queue.drain()
    }
    taken.then(drained, () => this.over())
    return false
  }

  /** Ends the answer properly if the client takes everything, and else cuts the connection: what it left would stay. */
  private finish() {
    if (this.buffered() > 0) this.controller?.close(new Error("the viewer is too slow"))
    else this.controller?.end()
    this.queue.clear()
  }
}
