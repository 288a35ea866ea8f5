import type { Log } from "../../log.ts"
import { describeAudio, readAudioConfig } from "../codec/audio.ts"
import type { VideoConfig } from "../codec/decoder.ts"
import { describeVideo, readVideoConfig, type VideoCodec } from "../codec/video.ts"
import type { Packet, Subscriber } from "../packet.ts"
import { AudioClock } from "./audio_clock.ts"
import { Draft } from "./draft.ts"
import type { HlsLimits } from "./limits.ts"
import type { AudioTrack, SegmentSink, VideoTrack } from "./segment.ts"
import { SegmentQueue } from "./segment_queue.ts"

/** A frame that is to be shown further from its decoding time than this is broken, in milliseconds. */
const compositionOffsetMax = 5_000

/**
 * The delay of a track, in milliseconds, from how long after its decoding the first key frame is shown. Twice that:
 * frames at uneven intervals need more at times. In steps, since whole milliseconds differ by one from one publication
 * to the next.
 */
const delayOf = (compositionOffset: number): number => 2 * 10 * Math.round(Math.max(compositionOffset, 0) / 10)

/** Cuts a stream into segments at its key frames. Times are in milliseconds since the stream began. */
export class Packager implements Subscriber {
  private draft = new Draft()
  private readonly queue: SegmentQueue
  private video: VideoTrack | undefined
  private audio: { track: AudioTrack; clock: AudioClock } | undefined
  /** Sound of another configuration: left out until a segment begins in which it is the only one. */
  private nextAudio: AudioTrack | undefined
  /** `awaited`: sound waits for the first key frame too. `paused`: sound goes on alone until the next one. */
  private videoIs: "awaited" | "running" | "paused" = "awaited"
  private awaitedSince = 0
  private videoAt = 0
  private clock: number | undefined
  private isAfterGap = true
  private isOver = false
  private isTold = false

  constructor(
    sink: SegmentSink,
    private readonly options: { limits: HlsLimits; log: Log; now: () => number },
  ) {
    this.queue = new SegmentQueue(sink, options)
  }

  packet(packet: Packet): void {
    if (this.isOver || packet.kind === "data") return
    try {
      this.follow(packet.at)
      if (packet.kind === "video") this.takeVideo(packet)
      else this.takeAudio(packet)
      this.bound()
    } catch (error) {
      this.tell("a packet could not be packaged", { error })
    }
  }

  interrupted(): void {
    this.cut()
    this.isAfterGap = true
    this.video = undefined
    this.audio = undefined
    this.nextAudio = undefined
  }

  ended(): void {
    if (this.isOver) return
    this.cut()
    this.isOver = true
    this.queue.end()
  }

  /** Drops what is under way; the sink hears nothing more. */
  stop(): void {
    this.isOver = true
    this.draft = new Draft()
    this.queue.stop()
  }

  private follow(at: number) {
    if (this.clock !== undefined && Math.abs(at - this.clock) > this.options.limits.gapMsMax) {
      this.cut()
      this.isAfterGap = true
      this.awaitVideo(at)
      if (this.audio) this.audio.clock = new AudioClock(this.audio.track)
    }
    this.clock = at
  }

  private takeVideo({ at, body }: Packet) {
    const tag = describeVideo(body)
    if (!tag) return
    if (tag.isConfig) {
      const config = readVideoConfig(body)
      if (config) this.configureVideo(tag.codec, config, at)
      else this.tell("a video configuration is not understood")
      return
    }
    if (!this.video || Math.abs(tag.compositionOffset) > compositionOffsetMax) return
    const shownAt = Math.max(at + tag.compositionOffset, 0)
    if (tag.isKey) this.keyFrame(shownAt, { ...this.video, delayMs: delayOf(tag.compositionOffset) })
    if (this.videoIs !== "running") return
    this.videoAt = at
    this.draft.add("video", { at: shownAt, bytes: body.subarray(tag.dataOffset), isKey: tag.isKey })
  }

  private configureVideo(codec: VideoCodec, config: VideoConfig, at: number) {
    if (codec === this.video?.codec && Bun.deepEquals(config, this.video.config)) return
    if (!this.isLead) this.cut()
    this.video = { codec, config, delayMs: 0 }
    this.awaitVideo(at)
  }

  private awaitVideo(at: number) {
    this.videoIs = "awaited"
    this.awaitedSince = at
  }

  private keyFrame(at: number, track: VideoTrack) {
    const isLong = at - this.draft.start >= this.options.limits.targetMs * 0.9
    const isEnd = this.draft.video.length > 0 ? isLong : !this.isLead
    if (isEnd || this.nextAudio) this.cut(at)
    if (this.videoIs === "awaited") this.video = track
    this.videoIs = "running"
  }

  /**
   * Whether all there is so far is a little sound from before the first picture, which can go into the same segment.
   */
  private get isLead(): boolean {
    return this.isAfterGap && this.draft.video.length === 0 && this.draft.span <= this.options.limits.leadMsMax
  }

  private takeAudio({ at, body }: Packet) {
    const tag = describeAudio(body)
    if (!tag) return
    if (tag.isConfig || this.audio?.track.codec !== tag.codec) {
      const config = readAudioConfig(body)
      if (config) this.configureAudio({ codec: tag.codec, config })
      else if (tag.isConfig) this.tell("an audio configuration is not understood")
    }
    if (tag.isConfig || !this.audio || this.nextAudio || this.isWaiting(at)) return
    const time = this.audio.clock.time(at)
    if (time === undefined) return
    this.endSound(time)
    this.draft.add("audio", { at: time, bytes: body.subarray(tag.dataOffset), isKey: true })
  }

  private configureAudio(track: AudioTrack) {
    if (Bun.deepEquals(track, this.audio?.track)) {
      this.nextAudio = undefined
      return
    }
    this.nextAudio = track
    if (!this.audio) this.adoptAudio()
    else if (this.draft.video.length === 0) this.cut()
  }

  private adoptAudio() {
    if (!this.nextAudio) return
    this.audio = { track: this.nextAudio, clock: new AudioClock(this.nextAudio) }
    this.nextAudio = undefined
  }

  private isWaiting(at: number): boolean {
    if (!this.video || this.videoIs !== "awaited") return false
    if (at - this.awaitedSince > this.options.limits.segmentMsMax) this.videoIs = "paused"
    return this.videoIs === "awaited"
  }

  /** Where there is no video to do it, sound ends a segment. */
  private endSound(next: number) {
    const { targetMs, videoSilenceMs } = this.options.limits
    if (this.draft.video.length === 0) {
      if (!this.draft.isEmpty && next - this.draft.start >= targetMs) this.cut(next)
    } else if (next - this.videoAt > videoSilenceMs) {
      this.cut()
      this.videoIs = "paused"
    }
  }

  private bound() {
    const { segmentMsMax, segmentBytesMax, segmentFramesMax } = this.options.limits
    const { span, bytes, frames } = this.draft
    if (span <= segmentMsMax && bytes <= segmentBytesMax && frames <= segmentFramesMax) return
    this.tell("a stream's key frames are too far apart: video between them is left out")
    this.cut()
    this.videoIs = "paused"
  }

  /** Ends the segment that is growing; `next` is when the one after it begins, if one does. */
  private cut(next?: number) {
    const { draft } = this
    this.draft = new Draft()
    if (!draft.isEmpty) {
      const sealed = draft.seal({ video: this.video, audio: this.audio, next, isAfterGap: this.isAfterGap })
      this.isAfterGap = false
      this.queue.push(sealed, this.clock ?? 0)
    }
    this.adoptAudio()
  }

  private tell(message: string, fields?: { error: unknown }) {
    if (!this.isTold) this.options.log.warn(message, fields)
    this.isTold = true
  }
}
