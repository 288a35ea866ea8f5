import { asSocket } from "./address.ts"
import { loadFlv } from "./flv.ts"
import { loadHls } from "./hls.ts"
import { type Failure, type Playback, type Reading, type Way, waysHere } from "./playback.ts"

/** Where a room's video stands, in both forms. */
export interface Sources {
  flv: string
  hls: string
}

/** What the viewer sees of a stream. */
export interface View {
  picture: "loading" | "shown" | "waiting" | "unplayable"
  way: Way
  reading: Reading | undefined
}

export interface Screening {
  stop(): void
}

/** How often the picture is looked at, in milliseconds. */
const look = 500
/** How long it may stand still: a segment of HLS can be as long as the host's key frames are apart. */
const stillMax: Record<Way, number> = { "ws-flv": 8_000, "http-flv": 8_000, hls: 25_000 }
/** A picture that has not come by then is not on its way, but waited for; milliseconds. */
const loadingMax = 3_000
/** The wait before the next attempt, which doubles while there is nothing to see. */
const retry = { first: 1_000, most: 5_000 }
/** Where the viewer chose no way, another one is tried after so many attempts without a picture. */
const attemptsEach = 2

/**
 * Keeps a live stream on the screen: begins anew whenever it ends or stands still, for as long as the viewer stays, since a
 * host may come later or come back.
 */
export function screen(
  video: HTMLVideoElement,
  sources: Sources,
  chosen: Way | undefined,
  show: (view: View) => void,
): Screening {
  const ways = waysHere()
  /** The way that the viewer chose, or that has shown a picture. */
  let settled = chosen
  let playback: Playback | undefined
  /** Counts the attempts: what an earlier one still has to say does not matter. */
  let turn = 0
  let fruitless = 0
  let picture: View["picture"] = "loading"
  let seenTime = -1
  let movedAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const way = () => settled ?? ways[Math.floor(fruitless / attemptsEach) % ways.length] ?? "hls"
  const tell = () => show({ picture, way: way(), reading: picture === "shown" ? playback?.read() : undefined })

  async function begin() {
    turn += 1
    const mine = turn
    movedAt = performance.now()
    tell()
    const failed = (why: Failure) => {
      if (mine === turn) giveUp(why)
    }
    try {
      const begun = way()
      const start = await (begun === "hls" ? loadHls() : loadFlv())
      if (mine !== turn) return
      playback = start({ video, address: addressOf(sources, begun), failed })
      await play(video)
    } catch {
      failed("absent")
    }
  }

  /** Lets go of what was played, and comes back later. */
  function giveUp(why: Failure) {
    turn += 1
    playback?.stop()
    playback = undefined
    if (picture !== "shown") fruitless += 1
    const hasTriedAll = fruitless >= attemptsEach * (settled ? 1 : ways.length)
    picture = why === "unplayable" && hasTriedAll ? "unplayable" : "waiting"
    tell()
    timer = setTimeout(begin, Math.min(retry.most, retry.first * 2 ** Math.min(fruitless, 8)))
  }

  function watch() {
    if (!playback) return
    if (video.currentTime !== seenTime) {
      const hasBegun = video.currentTime > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA
      seenTime = video.currentTime
      movedAt = performance.now()
      if (hasBegun) {
        picture = "shown"
        settled = way()
        fruitless = 0
      }
    } else if (!video.paused && performance.now() - movedAt > stillMax[way()]) {
      return giveUp("absent")
    } else if (picture === "loading" && performance.now() - movedAt > loadingMax) {
      picture = "waiting"
    }
    tell()
  }

  const watching = setInterval(watch, look)
  void begin()
  return {
    stop() {
      turn += 1
      clearTimeout(timer)
      clearInterval(watching)
      playback?.stop()
    },
  }
}

const addressOf = ({ flv, hls }: Sources, way: Way) => ({ hls, "http-flv": flv, "ws-flv": asSocket(flv) })[way]

/** Browsers begin with sound only where the viewer has touched the page; elsewhere the picture comes first, in silence. */
async function play(video: HTMLVideoElement): Promise<void> {
  try {
    await video.play()
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return
    video.muted = true
    await video.play().catch(() => {})
  }
}
