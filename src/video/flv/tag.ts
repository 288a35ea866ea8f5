import type { Packet } from "../packet.ts"

const tagTypes = { audio: 8, video: 9, data: 18 } as const
const headerSize = 11
const trailerSize = 4

/** The file header with the first tag's back pointer. Players wait for each kind that it promises. */
export function flvHeader(kinds: { video: boolean; audio: boolean }): Uint8Array {
  const flags = (kinds.audio ? 4 : 0) | (kinds.video ? 1 : 0)
  return Uint8Array.of(0x46, 0x4c, 0x56, 1, flags, 0, 0, 0, 9, 0, 0, 0, 0)
}

/** One packet as a tag with its back pointer; times are modulo 2^32. */
export function flvTag({ kind, at, body }: Packet): Uint8Array {
  const tag = Buffer.allocUnsafeSlow(headerSize + body.length + trailerSize)
  const timestamp = at >>> 0
  tag.writeUInt8(tagTypes[kind], 0)
  tag.writeUIntBE(body.length, 1, 3)
  tag.writeUIntBE(timestamp & 0xffffff, 4, 3)
  tag.writeUInt8(timestamp >>> 24, 7)
  tag.writeUIntBE(0, 8, 3)
  tag.set(body, headerSize)
  tag.writeUInt32BE(headerSize + body.length, headerSize + body.length)
  return tag
}

/** A tag as a publisher sent it. */
export interface FlvTag {
  kind: Packet["kind"]
  /** In milliseconds modulo 2^32. */
  timestamp: number
  /** A copy. */
  body: Uint8Array
}

/** Reads tags, each with its back pointer, that fill the bytes exactly. @returns undefined when they do not */
export function readFlvTags(bytes: Uint8Array): FlvTag[] | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tags: FlvTag[] = []
  let start = 0
  while (start < view.length) {
    if (view.length - start < headerSize + trailerSize) return undefined
    const kind = kindOf(view.readUInt8(start))
    const size = headerSize + view.readUIntBE(start + 1, 3)
    const end = start + size
    if (!kind || end + trailerSize > view.length || view.readUInt32BE(end) !== size) return undefined
    const timestamp = view.readUIntBE(start + 4, 3) + view.readUInt8(start + 7) * 2 ** 24
    tags.push({ kind, timestamp, body: new Uint8Array(view.subarray(start + headerSize, end)) })
    start = end + trailerSize
  }
  return tags
}

function kindOf(type: number): Packet["kind"] | undefined {
  if (type === tagTypes.audio) return "audio"
  if (type === tagTypes.video) return "video"
  return type === tagTypes.data ? "data" : undefined
}
