import type { Packet, Publication, Publisher, Sink, StreamRequest, Studio } from "../../../src/video/packet.ts"
import { encodeChunks } from "../../../src/video/rtmp/chunk_writer.ts"
import type { Limits } from "../../../src/video/rtmp/limits.ts"
import { listenRtmp, type RtmpServer } from "../../../src/video/rtmp/server.ts"
import { Record } from "../../realtime/record.ts"

export interface Taken {
  stream: string
  kind: Packet["kind"]
  timestamp: number
  body: Buffer
}

export interface Viewer {
  request: StreamRequest
  sink: Sink
}

/** A studio that lets in whoever has `key=good`, or whoever `admits` says, keeps all it gets, and relays it to its viewers. */
export class Stage implements Studio, AsyncDisposable {
  readonly server: RtmpServer
  readonly taken = new Record<Taken>()
  /** What happened, such as `eve publishes`, `eve is gone`, `eve watches`, `eve leaves`. */
  readonly events = new Record<string>()
  readonly requests: StreamRequest[] = []
  readonly publishers: Publisher[] = []
  readonly viewers = new Set<Viewer>()
  admits: (request: StreamRequest) => boolean | Promise<boolean> = ({ query }) => query.get("key") === "good"
  /** What a new viewer is written before it has been let in. */
  welcome: Packet[] = []

  constructor(limits: Partial<Limits> = {}) {
    this.server = listenRtmp({
      port: 0,
      hostname: "127.0.0.1",
      studio: this,
      limits: { tickMs: 20, lingerMs: 50, ...limits },
    })
  }

  async publish(request: StreamRequest, publisher: Publisher): Promise<Publication | undefined> {
    const { name: stream } = request
    this.requests.push(request)
    if (!(await this.admits(request))) return undefined
    this.publishers.push(publisher)
    this.events.add(`${stream} publishes`)
    return {
      take: (kind, timestamp, body) => {
        this.taken.add({ stream, kind, timestamp, body: Buffer.from(body) })
        this.show({ kind, at: timestamp, body, isConfig: false, isKey: false })
      },
      ended: () => this.events.add(`${stream} is gone`),
    }
  }

  async watch(request: StreamRequest, _: "flv" | "rtmp", sink: Sink): Promise<(() => void) | undefined> {
    const viewer = { request, sink }
    this.requests.push(request)
    if (!(await this.admits(request))) return undefined
    for (const packet of this.welcome) sink.write(encodeChunks(packet))
    this.viewers.add(viewer)
    this.events.add(`${request.name} is watched`)
    return () => {
      this.viewers.delete(viewer)
      this.events.add(`${request.name} is left`)
    }
  }

  /** One packet to every viewer. */
  show(packet: Packet): void {
    const bytes = encodeChunks(packet)
    for (const { sink } of this.viewers) sink.write(bytes)
  }

  /** The sink of the only viewer. */
  get sink(): Sink {
    const [viewer] = this.viewers
    if (!viewer) throw new Error("nobody watches")
    return viewer.sink
  }

  async [Symbol.asyncDispose]() {
    await this.server.close()
  }
}
