import {
  BufferTarget,
  CmafOutputFormat,
  EncodedAudioPacketSource,
  EncodedVideoPacketSource,
  NullTarget,
  Output,
} from "mediabunny"
import { box, child, childrenOf, words } from "./boxes.ts"
import { videoTimescale } from "./fragment.ts"
import type { AudioTrack, Init, VideoTrack } from "./segment.ts"

/** What is needed to decode a stream. */
export interface Tracks {
  video: VideoTrack | undefined
  audio: AudioTrack | undefined
}

/** Names the decoders, the same ones by the same name: 16 hex digits. */
export function initId({ video, audio }: Tracks): string {
  const hash = new Bun.CryptoHasher("sha256")
  if (video) {
    const { codec, width, height, description } = video.config
    hash.update(`video ${codec} ${width} ${height} ${video.delayMs} ${description.length} `).update(description)
  }
  if (audio) {
    const { codec, sampleRate, channels, description } = audio.config
    hash.update(`audio ${codec} ${sampleRate} ${channels} `).update(description ?? "")
  }
  return hash.digest("hex").slice(0, 16)
}

/**
 * Makes the init segment. The video track, where there is one, is track 1.
 *
 * @throws when mediabunny refuses a configuration
 */
export async function makeInit(tracks: Tracks): Promise<Init> {
  const initTarget = new BufferTarget()
  const output = new Output({ format: new CmafOutputFormat(), target: new NullTarget(), initTarget })
  if (tracks.video) addVideo(output, tracks.video)
  if (tracks.audio) addAudio(output, tracks.audio)
  await output.start()
  await output.finalize()
  if (!initTarget.buffer) throw new Error("mediabunny wrote no init segment")
  const bytes = withDelay(new Uint8Array(initTarget.buffer), tracks.video?.delayMs ?? 0)
  return { id: initId(tracks), bytes, ...describe(tracks) }
}

/** Adds an edit list to the first track by which everything in it is shown so much earlier. */
function withDelay(init: Uint8Array<ArrayBuffer>, delayMs: number): Uint8Array<ArrayBuffer> {
  if (delayMs === 0) return init
  const edits = box("edts", box("elst", words([0, 1, 0, (delayMs * videoTimescale) / 1_000, 0x10000])))
  let tracks = 0
  const moov = childrenOf(child(init, "moov")).flatMap(({ type, content }) =>
    type === "trak" && tracks++ === 0 ? box(type, content, edits) : box(type, content),
  )
  const file = childrenOf(init).flatMap(({ type, content }) => box(type, type === "moov" ? moov : content))
  return new Uint8Array(Buffer.concat(file))
}

function describe({ video, audio }: Tracks): Pick<Init, "codecs" | "size"> {
  // Playlists know MP3 by its number in MPEG-4.
  const audioCodec = audio?.config.codec === "mp3" ? "mp4a.40.34" : audio?.config.codec
  const codecs = [video?.config.codec, audioCodec].filter((codec) => codec !== undefined)
  return { codecs: codecs.join(","), size: video && { width: video.config.width, height: video.config.height } }
}

function addVideo(output: Output, { codec, config }: VideoTrack) {
  const { description, width, height } = config
  const decoderConfig = { codec: config.codec, description, codedWidth: width, codedHeight: height }
  // Its time unit is then a frame of that rate.
  output.addVideoTrack(new EncodedVideoPacketSource(codec), { decoderConfig, frameRate: videoTimescale })
}

function addAudio(output: Output, { codec, config }: AudioTrack) {
  const { description, sampleRate, channels } = config
  const decoderConfig = { codec: config.codec, sampleRate, numberOfChannels: channels }
  output.addAudioTrack(new EncodedAudioPacketSource(codec), {
    decoderConfig: description ? { ...decoderConfig, description } : decoderConfig,
  })
}
