/** A tag of FLV with its back pointer. */
export interface Tag {
  kind: "video" | "audio"
  /** What decoders need before anything else of the kind. */
  isConfig: boolean
  /** A picture that needs no earlier one. */
  isKey: boolean
  bytes: Uint8Array<ArrayBuffer>
}

/** What an encoder gives. */
export interface EncodedMedia {
  /** In milliseconds since the publication began, in order. */
  at: number
  isKey: boolean
  data: Uint8Array
  /** The decoder's configuration, where it is new: an avcC or an AudioSpecificConfig. */
  config: Uint8Array | undefined
}

const tagTypes = { audio: 8, video: 9 } as const
const headerSize = 11
const trailerSize = 4

/** H.264 as FLV has it: type of frame and codec, type of packet, and no composition offset, for nothing is reordered. */
export function videoTags({ at, isKey, data, config }: EncodedMedia): Tag[] {
  const frame = tag("video", at, [isKey ? 0x17 : 0x27, 1, 0, 0, 0], data)
  const tags: Tag[] = [{ kind: "video", isConfig: false, isKey, bytes: frame }]
  if (!config) return tags
  return [{ kind: "video", isConfig: true, isKey: false, bytes: tag("video", at, [0x17, 0, 0, 0, 0], config) }, ...tags]
}

/** AAC as FLV has it; rate and channels stand in its configuration. */
export function audioTags({ at, data, config }: EncodedMedia): Tag[] {
  const tags: Tag[] = [{ kind: "audio", isConfig: false, isKey: false, bytes: tag("audio", at, [0xaf, 1], data) }]
  if (!config) return tags
  return [{ kind: "audio", isConfig: true, isKey: false, bytes: tag("audio", at, [0xaf, 0], config) }, ...tags]
}

function tag(kind: Tag["kind"], at: number, head: number[], data: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = head.length + data.length
  const bytes = new Uint8Array(headerSize + size + trailerSize)
  const view = new DataView(bytes.buffer)
  const time = Math.round(at) >>> 0
  view.setUint32(0, (tagTypes[kind] << 24) | size)
  view.setUint32(4, ((time << 8) | (time >>> 24)) >>> 0)
  bytes.set(head, headerSize)
  bytes.set(data, headerSize + head.length)
  view.setUint32(headerSize + size, headerSize + size)
  return bytes
}
