import { readFragment, readInit, type Track, type TrackFragment } from "./boxes.ts"
import { type ListedSegment, type MediaPlaylist, parseMediaPlaylist, parseVariant } from "./m3u8.ts"

/** A segment the validator has looked into. */
export interface Seen {
  sequence: number
  discontinuity: number
  listed: ListedSegment
  tracks: Track[]
  fragments: TrackFragment[]
  /** In bytes. */
  size: number
}

/** In seconds: what ticks of different clocks may differ by. */
const tick = 0.002

/** Looks at a live stream or a recording as a player does, again and again, and remembers what may not change. */
export class HlsValidator {
  /** Every offence against RFC 8216, or against what we promise beyond it. */
  readonly problems: string[] = []
  readonly seen = new Map<number, Seen>()
  latest: MediaPlaylist | undefined
  variant: { uri: string; attributes: Record<string, string> } | undefined
  private readonly inits = new Map<string, Track[]>()

  /**
   * @param get answers the request for an address relative to the playlist's
   * @param query what every address in the playlists must end in
   */
  constructor(
    private readonly get: (uri: string) => Promise<Response>,
    private readonly query = "",
  ) {}

  /** Loads the playlists once and every segment that is new in them. */
  async poll(): Promise<void> {
    const variant = parseVariant(await this.load(this.address("index.m3u8"), "application/vnd.apple.mpegurl"))
    this.variant = variant
    const text = await this.load(variant.uri, "application/vnd.apple.mpegurl")
    const playlist = parseMediaPlaylist(text)
    this.checkHead(playlist)
    let discontinuity = playlist.discontinuitySequence
    for (const [index, listed] of playlist.segments.entries()) {
      if (listed.isDiscontinuous) discontinuity += 1
      await this.look(listed, playlist.sequence + index, discontinuity)
    }
    this.checkVariant(playlist)
    this.latest = playlist
  }

  /** All segments seen so far, in order. */
  get segments(): Seen[] {
    return [...this.seen.values()].toSorted((one, other) => one.sequence - other.sequence)
  }

  private address = (file: string) => (this.query ? `${file}?${this.query}` : file)

  private async load(uri: string, type: string): Promise<string> {
    return new TextDecoder().decode(await this.loadBytes(uri, type))
  }

  private async loadBytes(uri: string, type: string): Promise<Uint8Array> {
    const answer = await this.get(uri)
    this.expect(answer.ok, `${uri}: status ${answer.status}`)
    this.expect(answer.headers.get("content-type") === type, `${uri}: type ${answer.headers.get("content-type")}`)
    this.expect(answer.headers.get("access-control-allow-origin") === "*", `${uri}: no CORS`)
    this.expect(uri.endsWith(this.query), `${uri}: the query is lost`)
    return answer.bytes()
  }

  private checkHead(playlist: MediaPlaylist) {
    const before = this.latest
    this.expect(playlist.version === 7, `version ${playlist.version}`)
    this.expect(Number.isInteger(playlist.targetDuration), `target duration ${playlist.targetDuration}`)
    this.expect(playlist.isIndependent, "segments are not said to be independent")
    // hls.js walks through an array of that length.
    this.expect(playlist.discontinuitySequence < 200_000, `discontinuity sequence ${playlist.discontinuitySequence}`)
    if (!before) return
    this.expect(playlist.targetDuration >= before.targetDuration, "the target duration was lowered")
    this.expect(playlist.sequence >= before.sequence, "the media sequence went back")
    this.expect(playlist.discontinuitySequence >= before.discontinuitySequence, "the discontinuity sequence went back")
    const end = (one: MediaPlaylist) => one.sequence + one.segments.length
    this.expect(end(playlist) >= end(before), "a segment at the end went away")
    if (before.isOver) this.expect(Bun.deepEquals(playlist, before), "it went on after its end")
  }

  private checkVariant({ segments, targetDuration }: MediaPlaylist) {
    const attributes = this.variant?.attributes ?? {}
    const tracks = segments.flatMap(({ map }) => this.inits.get(map ?? "") ?? [])
    const codecs = [...new Set(tracks.map(({ codec }) => codec))].toSorted()
    const told = (attributes["CODECS"] ?? "").split(",").toSorted()
    this.expect(Bun.deepEquals(codecs, told), `codecs ${told} of tracks with ${codecs}`)
    const sizes = tracks.flatMap(({ size }) => (size ? [`${size.width}x${size.height}`] : []))
    const resolution = attributes["RESOLUTION"]
    this.expect(resolution ? sizes.includes(resolution) : sizes.length === 0, `resolution ${resolution} of ${sizes}`)
    this.expect(Number(attributes["BANDWIDTH"]) > 0, "no bandwidth")
    for (const { seconds, uri } of segments) {
      this.expect(Math.round(seconds) <= targetDuration, `${uri}: ${seconds} s, but the target is ${targetDuration}`)
    }
  }

  private async look(listed: ListedSegment, sequence: number, discontinuity: number) {
    const known = this.seen.get(sequence)
    if (known) {
      // The map and its tag may come to stand elsewhere when segments before it leave.
      this.expect(Bun.deepEquals(known.listed, listed), `segment ${sequence} has changed`)
      this.expect(known.discontinuity === discontinuity, `segment ${sequence}: its discontinuities are counted anew`)
      return
    }
    const tracks = await this.init(listed)
    const bytes = await this.loadBytes(listed.uri, "video/mp4")
    const one = { sequence, discontinuity, listed, tracks, fragments: readFragment(bytes), size: bytes.length }
    this.seen.set(sequence, one)
    this.checkSegment(one)
    const before = this.seen.get(sequence - 1)
    if (before) this.checkSequel(before, one)
  }

  private async init({ uri, map }: ListedSegment): Promise<Track[]> {
    if (!map) {
      this.problems.push(`${uri}: no map`)
      return []
    }
    const tracks = this.inits.get(map) ?? readInit(await this.loadBytes(map, "video/mp4"))
    this.inits.set(map, tracks)
    return tracks
  }

  private checkSegment(one: Seen) {
    const { uri, seconds, date } = one.listed
    const video = part(one, "video")
    const audio = part(one, "audio")
    this.expect(date !== undefined && !Number.isNaN(date), `${uri}: no date`)
    this.expect(video?.samples[0]?.isSync !== false, `${uri}: does not begin with a key frame`)
    const main = video ?? audio
    this.expect(main !== undefined, `${uri}: nothing in it`)
    if (!main) return
    // A picture that begins the next segment does not wait for a frame of sound to end.
    const slack = video ? tick : main.seconds / main.samples.length
    this.expect(Math.abs(main.seconds - seconds) <= slack, `${uri}: listed ${seconds} s, has ${main.seconds}`)
    // hls.js places a segment by that.
    const late = (video?.shown ?? 0) - (video?.start ?? 0)
    this.expect(Math.abs(late) <= tick, `${uri}: begins ${late} s later than its decoding time says`)
    this.expect(
      [...(video?.samples ?? [])].every(({ offset }) => offset >= 0),
      `${uri}: a frame is shown before it is decoded`,
    )
  }

  private checkSequel(before: Seen, one: Seen) {
    const { uri, date, isDiscontinuous, map } = one.listed
    const since = ((date ?? 0) - (before.listed.date ?? 0)) / 1_000
    this.expect(since > 0, `${uri}: dated before the one before`)
    this.expect(isDiscontinuous || map === before.listed.map, `${uri}: other decoders without a discontinuity`)
    if (isDiscontinuous) return
    this.expect(Math.abs(since - before.listed.seconds) <= tick, `${uri}: dated ${since} s after the one before`)
    for (const kind of ["video", "audio"] as const) {
      const [first, second] = [part(before, kind), part(one, kind)]
      if (!first || !second) continue
      const gap = second.start - first.start - first.seconds
      this.expect(Math.abs(gap) <= tick, `${uri}: ${kind} goes on after ${gap} s`)
    }
  }

  private expect(isRight: boolean, problem: string) {
    if (!isRight) this.problems.push(problem)
  }
}

/** One track's part of a segment, in seconds; undefined where it has none. */
export function part({ tracks, fragments }: Seen, kind: Track["kind"]) {
  const track = tracks.find((one) => one.kind === kind)
  const fragment = fragments.find(({ trackId }) => trackId === track?.id)
  if (!track || !fragment) return undefined
  const seconds = (units: number) => units / track.timescale
  return {
    samples: fragment.samples,
    start: seconds(fragment.decodeTime),
    seconds: seconds(fragment.samples.reduce((sum, { duration }) => sum + duration, 0)),
    /** When the first frame is shown or heard. */
    shown: seconds(fragment.decodeTime + (fragment.samples[0]?.offset ?? 0) - track.delay),
  }
}
