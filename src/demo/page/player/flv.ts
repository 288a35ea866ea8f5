import type Mpegts from "mpegts.js"
import { type Attempt, bufferOf, type Play, type Playback } from "./playback.ts"

/** Seconds of delay that are caught up with by playing a little faster, and those that are aimed at. */
const sync = { most: 1.6, aim: 0.8, rate: 1.1 }
/** Seconds of delay that are not caught up with but skipped, and those that are left then. */
const skip = { most: 5, left: 1 }

/** What plays FLV, over HTTP or a websocket as the address says; the library comes when it is first needed. */
export async function loadFlv(): Promise<Play> {
  const { default: mpegts } = await import("mpegts.js")
  mpegts.LoggingControl.enableAll = false
  return (attempt) => playFlv(mpegts, attempt)
}

function playFlv(mpegts: typeof Mpegts, { video, address, failed }: Attempt): Playback {
  const player = mpegts.createPlayer(
    { type: "flv", isLive: true, url: address, cors: true },
    {
      enableStashBuffer: false,
      liveSync: true,
      liveSyncMaxLatency: sync.most,
      liveSyncTargetLatency: sync.aim,
      liveSyncPlaybackRate: sync.rate,
      liveBufferLatencyChasing: true,
      liveBufferLatencyMaxLatency: skip.most,
      liveBufferLatencyMinRemain: skip.left,
      lazyLoad: false,
      autoCleanupSourceBuffer: true,
      autoCleanupMaxBackwardDuration: 30,
      autoCleanupMinBackwardDuration: 10,
    },
  )
  let isOver = false
  const stop = () => {
    if (isOver) return
    isOver = true
    player.destroy()
    video.playbackRate = 1
  }
  const fail = (kind: unknown) => {
    if (isOver) return
    stop()
    failed(kind === mpegts.ErrorTypes.MEDIA_ERROR ? "unplayable" : "absent")
  }
  player.on(mpegts.Events.ERROR, fail)
  player.on(mpegts.Events.LOADING_COMPLETE, fail)
  player.attachMediaElement(video)
  player.load()
  return { stop, read: () => ({ buffer: bufferOf(video), delay: undefined }) }
}
