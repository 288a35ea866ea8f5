import { createLog } from "../../../src/log.ts"
import { hlsAnswer } from "../../../src/video/hls/answer.ts"
import { createHls, type Hls } from "../../../src/video/hls/hls.ts"
import type { HlsLimits } from "../../../src/video/hls/limits.ts"
import type { Segment } from "../../../src/video/hls/segment.ts"
import { defaultVideoLimits } from "../../../src/video/limits.ts"
import type { Packet } from "../../../src/video/packet.ts"
import { LiveStream } from "../../../src/video/stream.ts"
import { Record as Log } from "../../realtime/record.ts"
import { HlsValidator } from "./validator.ts"

/** Ana's room, and Eve's. */
export const Ana = 7
export const Eve = 8

export const key = "e=1999999999&key=0123456789abcdef"

/** Live streams of some rooms, watched as HLS over HTTP. */
export class Stage implements AsyncDisposable {
  readonly hls: Hls
  readonly streams = new Map<number, LiveStream>()
  readonly errors: unknown[] = []
  readonly logged: string[] = []
  /** What is added to the date, in milliseconds. */
  late = 0
  private readonly server: Bun.Server<undefined>

  constructor(limits: Partial<HlsLimits> = {}) {
    this.hls = createHls({
      follow: (roomId, subscriber) => this.streams.get(roomId)?.subscribe(subscriber),
      log: createLog((line) => this.logged.push(line)),
      now: () => Date.now() + this.late,
      limits,
    })
    this.server = Bun.serve({
      port: 0,
      idleTimeout: 0,
      fetch: async (request) => {
        const { pathname, search } = new URL(request.url)
        const [, roomId = "", file = ""] = pathname.split("/")
        const answer = await hlsAnswer(this.hls, Number(roomId), file, search.slice(1))
        return answer ?? new Response(undefined, { status: 404 })
      },
    })
  }

  /** The address of a room's file. */
  url(file = `index.m3u8?${key}`, roomId = Ana): string {
    return `${this.server.url}${roomId}/${file}`
  }

  validator(roomId = Ana): HlsValidator {
    return new HlsValidator((file) => fetch(this.url(file, roomId)), key)
  }

  /** Everything a host sends, key frame after key frame; the stream stays open. */
  async publish(packets: Packet[], roomId = Ana): Promise<void> {
    const stream = this.stream(roomId)
    stream.begin()
    for (const packet of packets) {
      if (packet.isKey) await turn()
      stream.take(packet.kind, packet.at, packet.body)
    }
    await turn()
  }

  /** A whole broadcast of one publisher after the other, to its end. @returns what a viewer sees of it */
  async broadcasts(...publishers: Packet[][]): Promise<HlsValidator> {
    this.stream()
    this.keep()
    for (const packets of publishers) await this.publish(packets)
    this.end()
    const validator = this.validator()
    await validator.poll()
    return validator
  }

  /** The room's stream, which waits for its host if it is new. */
  stream(roomId = Ana): LiveStream {
    const options = { limits: defaultVideoLimits, onError: (error: unknown) => this.errors.push(error) }
    const stream = this.streams.get(roomId) ?? new LiveStream(roomId, options)
    this.streams.set(roomId, stream)
    return stream
  }

  /** The room is over. */
  end(roomId = Ana): void {
    this.streams.get(roomId)?.end()
    this.streams.delete(roomId)
  }

  /** Every segment of a room from now on. */
  keep(roomId = Ana): Log<Segment> {
    const segments = new Log<Segment>()
    this.hls.keep(roomId, { segment: (segment) => segments.add(segment), ended: () => {} })
    return segments
  }

  async [Symbol.asyncDispose]() {
    await this.hls.close()
    await this.server.stop(true)
  }
}

/** Lets everything that is under way have its turn of the loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Waits until something is so; the test's own patience ends the wait. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(2)
}
