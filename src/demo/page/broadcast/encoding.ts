import {
  canEncodeAudio,
  canEncodeVideo,
  type EncodedPacket,
  MediaStreamAudioTrackSource,
  MediaStreamVideoTrackSource,
  MpegTsOutputFormat,
  NullTarget,
  Output,
  Quality,
} from "mediabunny"
import type { EncodedMedia, Tag } from "./flv.ts"

/** Encoders at work. */
export interface Encoding {
  stop(): void
}

interface Listener {
  video(packet: EncodedMedia): void
  audio(packet: EncodedMedia): void
  /** Called when an encoder gives up. */
  failed(kind: Tag["kind"]): void
}

/** Seconds from one key frame to the next: how long a new viewer, or one who fell behind, waits at most. */
const keyFrameEvery = 2
/** Pictures a second at most. */
const rateMost = 30
/** Bits a second: of a picture's pixels, between bounds, and of sound. */
const bitsPerPixel = 0.08
const [videoLeast, videoMost] = [400_000, 2_500_000]
const audioBits = 96_000

/**
 * Encodes a stream's first picture and first sound as they come, each on its own: none waits for the other.
 *
 * @throws when this browser cannot
 */
export async function encodeTracks(stream: MediaStream, listener: Listener): Promise<Encoding> {
  const origin = Date.now() / 1_000
  const [picture] = stream.getVideoTracks()
  const [sound] = stream.getAudioTracks()
  const outputs: Output[] = []
  if (picture) outputs.push(await videoOutput(picture, origin, listener))
  if (sound) outputs.push(await audioOutput(sound, origin, listener))
  const stop = () => {
    for (const output of outputs) output.cancel().catch(() => {})
  }
  try {
    await Promise.all(outputs.map((output) => output.start()))
  } catch (error) {
    stop()
    throw error
  }
  return { stop }
}

async function videoOutput(track: MediaStreamVideoTrack, origin: number, listener: Listener): Promise<Output> {
  const { width = 1_280, height = 720, frameRate = rateMost } = track.getSettings()
  const rate = Math.min(frameRate || rateMost, rateMost)
  const bits = Math.round(Math.min(videoMost, Math.max(videoLeast, width * height * rate * bitsPerPixel)))
  const quality = new Quality({ bitrate: bits })
  if (!(await canEncodeVideo("avc", { width, height, quality }))) throw new Error("H.264 cannot be encoded")
  const source = new MediaStreamVideoTrackSource(
    track,
    {
      codec: "avc",
      quality,
      keyFrameInterval: keyFrameEvery,
      latencyMode: "realtime",
      // A phone that is turned.
      sizeChangeBehavior: "contain",
      onEncodedPacket: (packet, meta) => listener.video(mediaOf(packet, meta?.decoderConfig?.description, origin)),
    },
    { frameRate: rate, timestampBase: "unix" },
  )
  source.errorPromise.catch(() => listener.failed("video"))
  const output = nowhere()
  output.addVideoTrack(source)
  return output
}

async function audioOutput(track: MediaStreamAudioTrack, origin: number, listener: Listener): Promise<Output> {
  const quality = new Quality({ bitrate: audioBits })
  const { sampleRate = 48_000, channelCount = 2 } = track.getSettings()
  if (!(await canEncodeAudio("aac", { sampleRate, numberOfChannels: channelCount, quality }))) {
    const { bringAacEncoder } = await import("./aac.ts")
    bringAacEncoder()
  }
  const source = new MediaStreamAudioTrackSource(
    track,
    {
      codec: "aac",
      quality,
      onEncodedPacket: (packet, meta) => listener.audio(mediaOf(packet, meta?.decoderConfig?.description, origin)),
    },
    { timestampBase: "unix" },
  )
  source.errorPromise.catch(() => listener.failed("audio"))
  const output = nowhere()
  output.addAudioTrack(source)
  return output
}

/** The library encodes for an output alone; this one keeps nothing. */
const nowhere = () => new Output({ format: new MpegTsOutputFormat(), target: new NullTarget() })

function mediaOf(
  packet: EncodedPacket,
  description: AllowSharedBufferSource | undefined,
  origin: number,
): EncodedMedia {
  const at = Math.max(0, (packet.timestamp - origin) * 1_000)
  return { at, isKey: packet.type === "key", data: packet.data, config: description && bytesOf(description) }
}

const bytesOf = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)
