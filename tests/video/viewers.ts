import type { FlvTag } from "../../src/video/flv/tag_reader.ts"
import type { Packet, Publisher, Sink, StreamRequest, Subscriber } from "../../src/video/packet.ts"
import { tagsIn } from "./flv/tags.ts"

const fileHeader = 13

/** A viewer whose connection takes what the test says. */
export class Bo implements Sink {
  readonly writes: Uint8Array[] = []
  /** Bytes that stay unsent. */
  unsent = 0
  closes = 0

  buffered(): number {
    return this.unsent
  }

  write(bytes: Uint8Array): void {
    this.writes.push(bytes)
  }

  close(): void {
    this.closes += 1
  }

  /** What the file's header promises. */
  get promises(): { audio: boolean; video: boolean } {
    const flags = this.writes[0]?.[4] ?? 0
    return { audio: (flags & 4) !== 0, video: (flags & 1) !== 0 }
  }

  /** Everything it got, as tags. */
  get tags(): FlvTag[] {
    return tagsOf(Buffer.concat(this.writes))
  }
}

/** The tags of an FLV file. @throws when it is none */
export function tagsOf(file: Uint8Array): FlvTag[] {
  if (file.length === 0) return []
  const tags = tagsIn(file.subarray(fileHeader))
  if (Buffer.from(file.subarray(0, 3)).toString() !== "FLV" || !tags) throw new Error("this is no FLV")
  return tags
}

/** Follows a stream and remembers. */
export class Notes implements Subscriber {
  readonly heard: (Packet | "interrupted" | "ended")[] = []

  packet(packet: Packet): void {
    this.heard.push(packet)
  }

  interrupted(): void {
    this.heard.push("interrupted")
  }

  ended(): void {
    this.heard.push("ended")
  }

  get packets(): Packet[] {
    return this.heard.filter((each) => typeof each !== "string")
  }

  get bodies(): Uint8Array[] {
    return this.packets.map(({ body }) => body)
  }
}

/** A publisher that remembers why it was cut. */
export class Ana implements Publisher {
  readonly reasons: string[] = []

  close(why: string): void {
    this.reasons.push(why)
  }
}

/** A request for a room; who asks stands in the query. */
export const ask = (room: number, who = "ana"): StreamRequest => ({
  name: String(room),
  query: new URLSearchParams({ who }),
  from: "192.0.2.7",
})
