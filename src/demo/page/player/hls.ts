import type Library from "hls.js"
import { type Attempt, bufferOf, type Play, type Playback, takesPieces } from "./playback.ts"

/** What plays HLS: the library where the browser takes pieces, and the browser itself on older phones of Apple's. */
export async function loadHls(): Promise<Play> {
  if (!takesPieces()) return playNatively
  const { default: Hls } = await import("hls.js/light")
  return (attempt) => playByPieces(Hls, attempt)
}

function playByPieces(Hls: typeof Library, { video, address, failed }: Attempt): Playback {
  const player = new Hls({
    // A worker would be made from text, which the page's policy forbids; CMAF needs next to no work.
    enableWorker: false,
    liveSyncDurationCount: 2,
    maxLiveSyncPlaybackRate: 1.1,
    backBufferLength: 30,
  })
  let isOver = false
  const stop = () => {
    if (isOver) return
    isOver = true
    player.destroy()
    video.playbackRate = 1
  }
  let hasRecovered = false
  player.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    if (!fatal || isOver) return
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !hasRecovered) {
      hasRecovered = true
      return player.recoverMediaError()
    }
    stop()
    failed(type === Hls.ErrorTypes.MEDIA_ERROR ? "unplayable" : "absent")
  })
  player.loadSource(address)
  player.attachMedia(video)
  return {
    stop,
    read: () => ({ buffer: bufferOf(video), delay: player.latency > 0 ? player.latency : undefined }),
  }
}

function playNatively({ video, address, failed }: Attempt): Playback {
  let isOver = false
  const stop = () => {
    if (isOver) return
    isOver = true
    video.removeEventListener("error", fail)
    video.removeAttribute("src")
    video.load()
  }
  const fail = () => {
    const why = video.error?.code === MediaError.MEDIA_ERR_DECODE ? "unplayable" : "absent"
    stop()
    failed(why)
  }
  video.addEventListener("error", fail)
  video.src = address
  return {
    stop,
    read() {
      const { seekable, currentTime } = video
      const delay = seekable.length > 0 ? seekable.end(seekable.length - 1) - currentTime : undefined
      return { buffer: bufferOf(video), delay }
    },
  }
}
