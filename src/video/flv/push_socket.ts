import type { Log } from "../../log.ts"
import type { Publication, Publisher, StreamRequest, Studio } from "../packet.ts"
import type { FlvSocket } from "./socket.ts"
import { FlvError, FlvTagReader } from "./tag_reader.ts"

/** The most a tag's body may have, in bytes; the same as a message of RTMP. */
const bodyMost = 4 * 1024 * 1024
/** Of a close frame's reason, in bytes. */
const reasonMax = 123
/** What a publisher hears once it is let in. It sends nothing before that. */
const welcome = "publishing"

const publishers = new WeakMap<PushSocket, Push>()

export type PushSocket = Pick<FlvSocket, "close"> & { sendText(text: string): number }

/**
 * Lets a browser publish: once it is welcomed it sends FLV tags with their back pointers, no file header, in binary messages
 * that begin and end anywhere. Whoever is not let in, or breaks a limit, is told why in the close frame.
 */
export async function openPushSocket(studio: Studio, request: StreamRequest, ws: PushSocket, log?: Log): Promise<void> {
  const push = new Push(ws, request, log)
  publishers.set(ws, push)
  const publication = await studio.publish(request, push)
  if (publication) push.start(publication)
  else push.close("refused")
}

/** A message of a push socket; one that is not FLV ends it. */
export function pushSocketMessage(ws: PushSocket, message: string | Uint8Array): void {
  publishers.get(ws)?.take(message)
}

/** To be called when the socket was closed. */
export function closePushSocket(ws: PushSocket): void {
  publishers.get(ws)?.over("the client left")
  publishers.delete(ws)
}

class Push implements Publisher {
  private publication: Publication | undefined
  private isClosed = false
  private readonly reader = new FlvTagReader(bodyMost)

  constructor(
    private readonly ws: PushSocket,
    private readonly request: StreamRequest,
    private readonly log: Log | undefined,
  ) {}

  start(publication: Publication): void {
    this.publication = publication
    // It left, or another one took over, while it was being let in.
    if (this.isClosed) return void publication.ended()
    const { name: stream, from } = this.request
    this.log?.info("flv: publishing", { from, stream })
    this.ws.sendText(welcome)
  }

  take(message: string | Uint8Array): void {
    if (this.isClosed) return
    if (typeof message === "string") this.end(1003, "binary only")
    else if (this.publication) this.feed(this.publication, message)
    else this.end(1008, `nothing may come before the word "${welcome}"`)
  }

  close(why: string): void {
    this.end(1008, why)
  }

  over(why: string): void {
    if (this.isClosed) return
    this.isClosed = true
    if (!this.publication) return
    this.log?.info("flv: no longer publishing", { from: this.request.from, stream: this.request.name, why })
    this.publication.ended()
  }

  private feed(publication: Publication, message: Uint8Array) {
    try {
      for (const { kind, timestamp, body } of this.reader.take(message)) publication.take(kind, timestamp, body)
    } catch (error) {
      if (error instanceof FlvError) return this.end(1007, error.message)
      this.log?.error("flv: a publisher failed", { error })
      this.end(1011, "it failed")
    }
  }

  private end(code: number, reason: string) {
    if (this.isClosed) return
    this.over(reason)
    this.ws.close(code, reason.slice(0, reasonMax))
  }
}
