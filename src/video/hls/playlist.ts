import type { Init } from "./segment.ts"

/** A segment as a playlist lists it. */
export interface Listed {
  file: string
  init: Pick<Init, "id" | "codecs" | "size">
  seconds: number
  isDiscontinuous: boolean
  /** Milliseconds since 1970. */
  date: number
  /** In bytes. */
  size: number
}

export interface MediaPlaylist {
  segments: readonly Listed[]
  /** Whole seconds; no segment's rounded duration is above it. */
  targetDuration: number
  /** The number of the first segment, and how many discontinuities there were before it. */
  sequence: number
  discontinuitySequence: number
  /** A recording says so from the start; a stream that is over only ends. */
  isRecording: boolean
  isOver: boolean
}

export const playlistFile = "index.m3u8"
/** The one variant of the playlist above. */
export const variantFile = "stream.m3u8"

export const initFile = (id: string): string => `init-${id}.mp4`
export const segmentFile = (number: number): string => `seg-${number}.m4s`

/**
 * What fits a playlist as its target duration (RFC 8216, 4.3.3.1: no rounded duration is above it). A tenth of a second
 * is forgiven: players wait for three target durations before they begin.
 */
export const targetDuration = (seconds: number): number => Math.max(Math.ceil(seconds - 0.1), 1)

/**
 * The playlist that players are given: it tells what they must be able to decode, and where the segments' own is.
 *
 * @param query added to every address, so that a player shows its key again; without a question mark
 */
export function multivariantPlaylist(segments: readonly Listed[], query: string): string {
  const codecs = new Set(segments.flatMap(({ init }) => init.codecs.split(",")))
  const widest = segments.reduce<Listed["init"]["size"]>(
    (size, { init }) => ((init.size?.width ?? 0) > (size?.width ?? 0) ? init.size : size),
    undefined,
  )
  const peak = segments.reduce((most, segment) => Math.max(most, bitrate([segment])), 1)
  const attributes = [
    `BANDWIDTH=${Math.ceil(peak)}`,
    `AVERAGE-BANDWIDTH=${Math.ceil(Math.max(bitrate(segments), 1))}`,
    `CODECS="${[...codecs].join(",")}"`,
    ...(widest ? [`RESOLUTION=${widest.width}x${widest.height}`] : []),
  ]
  return lines([
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    `#EXT-X-STREAM-INF:${attributes.join(",")}`,
    withQuery(variantFile, query),
  ])
}

/** @param query as above */
export function mediaPlaylist(playlist: MediaPlaylist, query: string): string {
  const { segments, sequence, discontinuitySequence, isRecording, isOver } = playlist
  return lines([
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${playlist.targetDuration}`,
    ...(isRecording ? ["#EXT-X-PLAYLIST-TYPE:VOD"] : []),
    `#EXT-X-MEDIA-SEQUENCE:${sequence}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...segments.flatMap((segment, index) => segmentLines(segment, segments[index - 1], query)),
    ...(isOver ? ["#EXT-X-ENDLIST"] : []),
  ])
}

function segmentLines(segment: Listed, before: Listed | undefined, query: string): string[] {
  const isOtherInit = segment.init.id !== before?.init.id
  return [
    ...(segment.isDiscontinuous ? ["#EXT-X-DISCONTINUITY"] : []),
    ...(isOtherInit ? [`#EXT-X-MAP:URI="${withQuery(initFile(segment.init.id), query)}"`] : []),
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.date).toISOString()}`,
    `#EXTINF:${segment.seconds.toFixed(5)},`,
    withQuery(segment.file, query),
  ]
}

/** A playlist that was made without a query, with one. */
export const withKey = (playlist: string, query: string): string =>
  query ? playlist.replace(/^[^#\n].*$/gm, `$&?${query}`).replace(/URI="[^"]*/g, `$&?${query}`) : playlist

/** In bits a second. */
function bitrate(segments: readonly Listed[]): number {
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0)
  return seconds > 0 ? (8 * segments.reduce((sum, segment) => sum + segment.size, 0)) / seconds : 0
}

const withQuery = (file: string, query: string): string => (query ? `${file}?${query}` : file)

const lines = (all: string[]): string => `${all.join("\n")}\n`
