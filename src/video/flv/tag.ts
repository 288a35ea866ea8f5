import type { Packet } from "../packet.ts"

export const tagTypes = { audio: 8, video: 9, data: 18 } as const
export const headerSize = 11
export const trailerSize = 4

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
