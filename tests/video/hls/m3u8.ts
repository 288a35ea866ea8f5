/** A media playlist as a player reads it. */
export interface MediaPlaylist {
  version: number
  targetDuration: number
  sequence: number
  discontinuitySequence: number
  isIndependent: boolean
  isRecording: boolean
  isOver: boolean
  segments: ListedSegment[]
}

export interface ListedSegment {
  uri: string
  seconds: number
  /** The address of the init segment that holds for it. */
  map: string | undefined
  isDiscontinuous: boolean
  date: number | undefined
}

/** @throws when it is not a playlist */
export function parseMediaPlaylist(text: string): MediaPlaylist {
  const lines = linesOf(text)
  const tag = (name: string) => lines.find((line) => line.startsWith(`#${name}:`))?.slice(name.length + 2)
  const segments: ListedSegment[] = []
  let map: string | undefined
  let next: Omit<ListedSegment, "uri" | "map"> = { seconds: Number.NaN, isDiscontinuous: false, date: undefined }
  for (const line of lines) {
    if (line.startsWith("#EXT-X-MAP:")) map = attributes(line)["URI"]
    else if (line === "#EXT-X-DISCONTINUITY") next.isDiscontinuous = true
    else if (line.startsWith("#EXTINF:")) next.seconds = Number.parseFloat(line.slice(8))
    else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) next.date = Date.parse(line.slice(25))
    else if (!line.startsWith("#")) {
      segments.push({ uri: line, map, ...next })
      next = { seconds: Number.NaN, isDiscontinuous: false, date: undefined }
    }
  }
  return {
    version: Number(tag("EXT-X-VERSION") ?? 1),
    targetDuration: Number(tag("EXT-X-TARGETDURATION")),
    sequence: Number(tag("EXT-X-MEDIA-SEQUENCE") ?? 0),
    discontinuitySequence: Number(tag("EXT-X-DISCONTINUITY-SEQUENCE") ?? 0),
    isIndependent: lines.includes("#EXT-X-INDEPENDENT-SEGMENTS"),
    isRecording: tag("EXT-X-PLAYLIST-TYPE") === "VOD",
    isOver: lines.includes("#EXT-X-ENDLIST"),
    segments,
  }
}

/** The one variant of a multivariant playlist: its attributes and its address. @throws when there is not just one */
export function parseVariant(text: string): { uri: string; attributes: Record<string, string> } {
  const lines = linesOf(text)
  const at = lines.findIndex((line) => line.startsWith("#EXT-X-STREAM-INF:"))
  const uris = lines.filter((line) => !line.startsWith("#"))
  const [uri] = uris
  if (uris.length !== 1 || !uri || lines[at + 1] !== uri) throw new Error(`not one variant:\n${text}`)
  return { uri, attributes: attributes(lines[at] ?? "") }
}

function linesOf(text: string): string[] {
  if (!text.startsWith("#EXTM3U\n")) throw new Error(`not a playlist: ${text.slice(0, 40)}`)
  return text.split("\n").filter((line) => line !== "")
}

const attributes = (line: string): Record<string, string> =>
  Object.fromEntries(
    [...line.slice(line.indexOf(":") + 1).matchAll(/([A-Z-]+)=("[^"]*"|[^,]*)/g)].map(([, name, value]) => [
      name,
      value?.replaceAll('"', ""),
    ]),
  )
