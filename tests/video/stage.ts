import { flvTag } from "../../src/video/flv/tag.ts"
import type { VideoLimits } from "../../src/video/limits.ts"
import type { Publication, StreamRequest } from "../../src/video/packet.ts"
import { createStudio, type LiveStudio } from "../../src/video/studio.ts"
import { audioConfig, keyFrame, videoConfig } from "./bodies.ts"
import { TestClock } from "./test_clock.ts"
import { Ana, ask, Bo } from "./viewers.ts"

/** The room that stories are told of. */
export const room = 7

/** A studio whose gate answers when the test lets it. */
export class Stage {
  readonly clock = new TestClock()
  readonly told: string[] = []
  readonly streams: number[] = []
  readonly logged: string[] = []
  readonly studio: LiveStudio
  /** Requests that wait, by who asks; the gate answers at once to everybody else. */
  readonly held = new Map<string, (answer: { roomId: number } | undefined) => void>()
  readonly holds = new Set<string>()

  constructor(limits: Partial<VideoLimits> = {}) {
    const note = (message: string) => void this.logged.push(message)
    this.studio = createStudio({
      gate: { mayPublish: (request) => this.answer(request), mayWatch: (request) => this.answer(request) },
      encodeRtmp: flvTag,
      onStarted: (roomId) => this.told.push(`${roomId} started`),
      onEnded: (roomId) => this.told.push(`${roomId} ended`),
      onStream: ({ roomId }) => this.streams.push(roomId),
      log: { debug: note, info: note, warn: note, error: note },
      limits: { windowMinMs: 50, ...limits },
      clock: this.clock,
    })
  }

  /** A publisher that is let in and sends what decoders need and a key frame. */
  async live(roomId = room, mark = 1): Promise<{ ana: Ana; feed: Publication }> {
    const ana = new Ana()
    const feed = await this.studio.publish(ask(roomId), ana)
    if (!feed) throw new Error("refused")
    begin(feed, mark)
    return { ana, feed }
  }

  async watch(roomId = room): Promise<Bo> {
    const bo = new Bo()
    if (!(await this.studio.watch(ask(roomId, "bo"), "flv", bo))) throw new Error("refused")
    return bo
  }

  private answer({ name, query }: StreamRequest): Promise<{ roomId: number } | undefined> {
    const who = query.get("who") ?? ""
    if (name === "0") return Promise.resolve(undefined)
    if (name === "broken") return Promise.reject(new Error("no database"))
    if (!this.holds.has(who)) return Promise.resolve({ roomId: Number(name) })
    return new Promise((resolve) => this.held.set(who, resolve))
  }
}

/** What a publisher sends first: what decoders need, and a key frame. */
export function begin(feed: Publication, mark = 1): void {
  feed.take("video", 0, videoConfig(mark))
  feed.take("audio", 0, audioConfig(mark))
  feed.take("video", 0, keyFrame(mark))
}

export const bodies = (bo: Bo) => bo.tags.map(({ body }) => body)
/** The bodies of that. */
export const opening = (mark = 1) => [videoConfig(mark), audioConfig(mark), keyFrame(mark)]
