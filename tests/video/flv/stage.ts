import type { ServerWebSocket } from "bun"
import { closePushSocket, openPushSocket, pushSocketMessage } from "../../../src/video/flv/push_socket.ts"
import { flvResponse } from "../../../src/video/flv/response.ts"
import { closeFlvSocket, drainFlvSocket, openFlvSocket } from "../../../src/video/flv/socket.ts"
import { flvTag } from "../../../src/video/flv/tag.ts"
import type { VideoLimits } from "../../../src/video/limits.ts"
import type { Publication, StreamRequest, Studio } from "../../../src/video/packet.ts"
import { createStudio, type LiveStudio } from "../../../src/video/studio.ts"
import { Record } from "../../realtime/record.ts"
import { TestClock } from "../test_clock.ts"
import { Ana, ask } from "../viewers.ts"

type Seat = { door: "push" | "watch"; request: StreamRequest }

/** A studio behind a real server: `/ROOM.flv`, `ws:/watch/ROOM`, `ws:/push/ROOM`. Room 403 is refused. */
export class Stage implements AsyncDisposable {
  readonly clock = new TestClock()
  /** Who came and went: `publish 7`, `watch 7`, `refused`, `left`, `closed 7`, `7 started`, `7 ended`, `ask 7`, `aborted 7`, and `message 1`. */
  readonly log = new Record<string>()
  readonly studio: LiveStudio
  /** Doors open to the studio by this, which keeps the log. */
  private readonly door: Studio
  private readonly server: Bun.Server<Seat>
  private held: Promise<void> | undefined
  private messages = 0

  constructor(limits: Partial<VideoLimits> = {}) {
    const gate = async ({ name }: StreamRequest) => {
      this.log.add(`ask ${name}`)
      await this.held
      return name === "403" ? undefined : { roomId: Number(name) }
    }
    this.studio = createStudio({
      gate: { mayPublish: gate, mayWatch: gate },
      encodeRtmp: flvTag,
      onStarted: (roomId) => this.log.add(`${roomId} started`),
      onEnded: (roomId) => this.log.add(`${roomId} ended`),
      limits: { kilobitsPerSecondMax: 1_000_000, packetsPerSecondMax: 1_000_000, ...limits },
      clock: this.clock,
    })
    this.door = {
      publish: async (request, publisher) =>
        this.noted(`publish ${request.name}`, await this.studio.publish(request, publisher)),
      watch: async (request, format, sink) => {
        const leave = this.noted(`watch ${request.name}`, await this.studio.watch(request, format, sink))
        return (
          leave &&
          (() => {
            leave()
            this.log.add("left")
          })
        )
      },
    }
    this.server = Bun.serve<Seat>({
      port: 0,
      hostname: "127.0.0.1",
      development: false,
      fetch: (request, server) => this.answer(request, server),
      websocket: {
        backpressureLimit: 4 * 1024 * 1024,
        open: (ws) => void this.open(ws),
        message: (ws, message) => {
          pushSocketMessage(ws, message)
          this.log.add(`message ${++this.messages}`)
        },
        drain: (ws) => drainFlvSocket(ws),
        close: (ws) => {
          closeFlvSocket(ws)
          closePushSocket(ws)
          this.log.add(`closed ${ws.data.request.name}`)
        },
      },
    })
  }

  get port(): number {
    return this.server.port ?? 0
  }

  http(room: number): string {
    return `http://127.0.0.1:${this.port}/${room}.flv`
  }

  ws(door: Seat["door"], room: number): string {
    return `ws://127.0.0.1:${this.port}/${door}/${room}`
  }

  /** A publisher that needs no connection. */
  async publish(room = 7): Promise<Publication> {
    const feed = await this.studio.publish(ask(room), new Ana())
    if (!feed) throw new Error("refused")
    return feed
  }

  /** Keeps the gate from answering. @returns how to let it */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.held = promise
    return resolve
  }

  /** Sends what waits for its window. */
  flush(): void {
    this.clock.advance(200)
  }

  async [Symbol.asyncDispose]() {
    this.studio.stop("the curtain falls")
    await this.server.stop(true)
  }

  private async answer(request: Request, server: Bun.Server<Seat>): Promise<Response | undefined> {
    const [, door, room] = new URL(request.url).pathname.split("/")
    if (door === "push" || door === "watch") {
      return server.upgrade(request, { data: { door, request: ask(Number(room)) } })
        ? undefined
        : new Response("", { status: 400 })
    }
    server.timeout(request, 0)
    request.signal.addEventListener("abort", () => this.log.add(`aborted ${Number.parseInt(door ?? "", 10)}`))
    const response = await flvResponse(this.door, ask(Number.parseInt(door ?? "", 10)), request.signal)
    // As a middleware that sets a header does.
    return response ? new Response(response.body, response) : new Response("", { status: 403 })
  }

  private open(ws: ServerWebSocket<Seat>): Promise<void> {
    const { door, request } = ws.data
    return door === "push" ? openPushSocket(this.door, request, ws) : openFlvSocket(this.door, request, ws)
  }

  private noted<T>(what: string, admission: T | undefined): T | undefined {
    this.log.add(admission ? what : "refused")
    return admission
  }
}
