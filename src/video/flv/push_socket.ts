import type { Publication, Publisher, StreamRequest, Studio } from "../packet.ts"
import type { FlvSocket } from "./socket.ts"
import { readFlvTags } from "./tag.ts"

/** What may come before the studio has decided, in bytes. */
const earlyMax = 1024 * 1024
/** Of a close frame's reason, in bytes. */
const reasonMax = 123

const publishers = new WeakMap<PushSocket, Push>()

export type PushSocket = Pick<FlvSocket, "close">

/** Lets a browser publish: each binary message is one or more whole FLV tags with their back pointers, no file header. */
export async function openPushSocket(studio: Studio, request: StreamRequest, ws: PushSocket): Promise<void> {
  const push = new Push(ws)
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
  publishers.get(ws)?.over()
  publishers.delete(ws)
}

class Push implements Publisher {
  private publication: Publication | undefined
  private isClosed = false
  private early: Uint8Array[] = []
  private earlyBytes = 0

  constructor(private readonly ws: PushSocket) {}

  start(publication: Publication): void {
    this.publication = publication
    if (this.isClosed) publication.ended()
    for (const message of this.early) this.feed(message)
    this.early = []
  }

  take(message: string | Uint8Array): void {
    if (this.isClosed) return
    if (typeof message === "string") this.end(1003, "binary only")
    else if (this.publication) this.feed(message)
    else this.keep(message)
  }

  close(why: string): void {
    this.end(1008, why)
  }

  over(): void {
    this.isClosed = true
    this.early = []
    this.publication?.ended()
  }

  private keep(message: Uint8Array) {
    this.earlyBytes += message.length
    if (this.earlyBytes > earlyMax) this.end(1009, "too much before the decision")
    else this.early.push(new Uint8Array(message))
  }

  private feed(message: Uint8Array) {
    const tags = this.isClosed ? [] : readFlvTags(message)
    if (!tags) this.end(1007, "not FLV tags")
    for (const { kind, timestamp, body } of tags ?? []) this.publication?.take(kind, timestamp, body)
  }

  private end(code: number, reason: string) {
    if (this.isClosed) return
    this.over()
    this.ws.close(code, reason.slice(0, reasonMax))
  }
}
