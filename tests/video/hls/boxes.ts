/** A reader of MP4 boxes that knows nothing of what wrote them. */
export interface Box {
  type: string
  /** Without the header. */
  content: DataView
}

export function boxes(content: DataView, from = 0): Box[] {
  const found: Box[] = []
  for (let at = from; at + 8 <= content.byteLength; ) {
    const isLarge = content.getUint32(at) === 1
    const header = isLarge ? 16 : 8
    const size = isLarge ? Number(content.getBigUint64(at + 8)) : content.getUint32(at)
    if (size < header || at + size > content.byteLength) throw new Error(`a box of ${size} bytes does not fit`)
    found.push({ type: text(content, at + 4, 4), content: view(content, at + header, size - header) })
    at += size
  }
  return found
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The first box at the end of a path of types. @throws when there is none */
export function find(content: DataView, ...path: string[]): DataView {
  const [type, ...rest] = path
  const box = boxes(content).find((one) => one.type === type)
  if (!box) throw new Error(`no ${type} box`)
  return rest.length > 0 ? find(box.content, ...rest) : box.content
}

export interface Track {
  id: number
  kind: "video" | "audio"
  timescale: number
  /** As RFC 6381 has it, made of the decoder's configuration itself. */
  codec: string
  size: { width: number; height: number } | undefined
  /** How much earlier than its times its frames are shown, in its units: the media time of its edit list. */
  delay: number
}

export function readInit(bytes: Uint8Array): Track[] {
  return boxes(find(viewOf(bytes), "moov"))
    .filter(({ type }) => type === "trak")
    .map(({ content: trak }) => {
      const kind = text(find(trak, "mdia", "hdlr"), 8, 4) === "vide" ? "video" : "audio"
      const entry = boxes(find(trak, "mdia", "minf", "stbl", "stsd"), 8)[0]
      if (!entry) throw new Error("no sample entry")
      const { content } = entry
      return {
        id: versioned(find(trak, "tkhd"), 12, 20),
        kind,
        timescale: versioned(find(trak, "mdia", "mdhd"), 12, 20),
        codec: kind === "video" ? videoCodec(entry) : audioCodec(content),
        delay: boxes(trak).some(({ type }) => type === "edts") ? find(trak, "edts", "elst").getUint32(12) : 0,
        size: kind === "video" ? { width: content.getUint16(24), height: content.getUint16(26) } : undefined,
      }
    })
}

const versioned = (box: DataView, short: number, long: number): number =>
  box.getUint32(box.getUint8(0) === 0 ? short : long)

function videoCodec({ type, content }: Box): string {
  const config = boxes(content, 78).find((box) => ["avcC", "hvcC", "av1C"].includes(box.type))
  if (!config) throw new Error(`no decoder configuration in ${type}`)
  const byte = (at: number) => config.content.getUint8(at)
  if (config.type === "avcC") return `${type}.${[1, 2, 3].map((at) => hex(byte(at))).join("")}`
  if (config.type === "av1C") {
    const level = String(byte(1) & 31).padStart(2, "0")
    const depth = byte(2) & 0x40 ? (byte(2) & 0x20 ? 12 : 10) : 8
    return `${type}.${byte(1) >> 5}.${level}${byte(2) & 0x80 ? "H" : "M"}.${String(depth).padStart(2, "0")}`
  }
  const space = ["", "A", "B", "C"][byte(1) >> 6] ?? ""
  const compatibility = [...config.content.getUint32(2).toString(2).padStart(32, "0")].reverse().join("")
  const constraints = [6, 7, 8, 9, 10, 11].map(byte)
  while (constraints.at(-1) === 0) constraints.pop()
  const parts = [
    `${space}${byte(1) & 31}`,
    Number.parseInt(compatibility, 2).toString(16).toUpperCase(),
    `${byte(1) & 0x20 ? "H" : "L"}${byte(12)}`,
    ...constraints.map((one) => one.toString(16).toUpperCase()),
  ]
  return `${type}.${parts.join(".")}`
}

/** The object types of an esds box: of MPEG-4 audio the first five bits of its configuration too. */
function audioCodec(entry: DataView): string {
  const esds = find(view(entry, 28, entry.byteLength - 28), "esds")
  let at = 4
  const descriptor = (tag: number) => {
    if (esds.getUint8(at++) !== tag) throw new Error(`no descriptor ${tag}`)
    while (esds.getUint8(at++) & 0x80);
  }
  descriptor(3)
  at += 3
  descriptor(4)
  const objectType = esds.getUint8(at)
  if (objectType === 0x6b) return "mp4a.40.34"
  at += 13
  descriptor(5)
  return `mp4a.${hex(objectType)}.${esds.getUint8(at) >> 3}`
}

export interface Sample {
  duration: number
  size: number
  isSync: boolean
  offset: number
}

export interface TrackFragment {
  trackId: number
  decodeTime: number
  samples: Sample[]
}

/** The runs of a media segment. @throws when they do not fill the segment's data */
export function readFragment(bytes: Uint8Array): TrackFragment[] {
  const all = boxes(viewOf(bytes))
  const fragments = all
    .filter(({ type }) => type === "moof")
    .flatMap(({ content }) => boxes(content).filter(({ type }) => type === "traf"))
    .map(({ content }) => readTraf(content))
  const told = fragments.flatMap(({ samples }) => samples).reduce((sum, { size }) => sum + size, 0)
  const there = all.filter(({ type }) => type === "mdat").reduce((sum, { content }) => sum + content.byteLength, 0)
  if (told !== there) throw new Error(`samples of ${told} bytes in data of ${there}`)
  return fragments
}

function readTraf(traf: DataView): TrackFragment {
  const header = find(traf, "tfhd")
  const headerFlags = header.getUint32(0) & 0xffffff
  let at = 8
  const field = (flag: number, bytes: number) => {
    if ((headerFlags & flag) === 0) return 0
    at += bytes
    return header.getUint32(at - bytes)
  }
  field(0x1, 8)
  field(0x2, 4)
  const defaults = { duration: field(0x8, 4), size: field(0x10, 4), flags: field(0x20, 4) }
  const time = find(traf, "tfdt")
  return {
    trackId: header.getUint32(4),
    decodeTime: time.getUint8(0) === 1 ? Number(time.getBigUint64(4)) : time.getUint32(4),
    samples: readTrun(find(traf, "trun"), defaults),
  }
}

function readTrun(run: DataView, defaults: { duration: number; size: number; flags: number }): Sample[] {
  const flags = run.getUint32(0) & 0xffffff
  const isSigned = run.getUint8(0) === 1
  let at = 8 + (flags & 0x1 ? 4 : 0)
  const next = (flag: number, otherwise: number) => {
    if ((flags & flag) === 0) return otherwise
    at += 4
    return run.getUint32(at - 4)
  }
  const firstFlags = flags & 0x4 ? next(0x4, 0) : undefined
  return Array.from({ length: run.getUint32(4) }, (_, index) => {
    const duration = next(0x100, defaults.duration)
    const size = next(0x200, defaults.size)
    const sampleFlags = next(0x400, index === 0 && firstFlags !== undefined ? firstFlags : defaults.flags)
    const offset = next(0x800, 0)
    return { duration, size, isSync: (sampleFlags & 0x10000) === 0, offset: isSigned ? offset | 0 : offset }
  })
}

const view = (outer: DataView, at: number, size: number): DataView =>
  new DataView(outer.buffer, outer.byteOffset + at, size)

const text = (content: DataView, at: number, size: number): string =>
  String.fromCharCode(...new Uint8Array(content.buffer, content.byteOffset + at, size))

const hex = (byte: number): string => byte.toString(16).padStart(2, "0")
