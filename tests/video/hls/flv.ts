import type { Packet } from "../../../src/video/packet.ts"

const kinds: Record<number, Packet["kind"]> = { 8: "audio", 9: "video", 18: "data" }

/** The tags of an FLV file, as packets. */
export function readFlv(file: Uint8Array): Packet[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const packets: Packet[] = []
  let at = view.getUint32(5) + 4
  while (at + 11 <= file.length) {
    const kind = kinds[view.getUint8(at)]
    const size = view.getUint32(at) & 0xffffff
    const time = ((view.getUint32(at + 4) >>> 8) & 0xffffff) | (view.getUint8(at + 7) << 24)
    if (kind) packets.push(asPacket(kind, time, file.slice(at + 11, at + 11 + size)))
    at += 11 + size + 4
  }
  return packets
}

/** A packet of the body of an FLV tag; `at` in milliseconds. */
export function asPacket(kind: Packet["kind"], at: number, body: Uint8Array): Packet {
  const first = body[0] ?? 0
  const isEnhanced = kind === "video" && (first & 0x80) !== 0
  const type = isEnhanced ? first & 15 : body[1]
  const isMp3 = kind === "audio" && first >> 4 === 2
  const isConfig = kind !== "data" && type === 0 && !isMp3
  return { kind, at, body, isConfig, isKey: kind === "video" && !isConfig && ((first >> 4) & 7) === 1 }
}
