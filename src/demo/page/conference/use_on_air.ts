import { useEffect, useRef, useState } from "preact/hooks"
import { Refused } from "../api/call.ts"
import type { Ending } from "../broadcast/ending.ts"
import { publish } from "../broadcast/publish.ts"
import { reachable } from "../player/address.ts"
import { readyRoom } from "./calls.ts"
import { type Composition, compose, type Picture } from "./composition.ts"

/** `off` waits for the host, where the server said no or another encoder of the host's has the room; `unable` is the browser. */
export type OnAir = "starting" | "on" | "off" | "unable"

/** Waits before the stage is published again, in milliseconds. */
const waits = [1_000, 3_000, 10_000, 30_000]
/** A stream that lasted so long was a good one, and the waits begin anew; milliseconds. */
const lasting = 30_000
/** After these nothing is gained by trying again. */
const final = new Set<Ending>(["stopped", "unsupported", "replaced", "over"])
/** A stage twice as large as its cameras in either direction, up to this; pixels. */
const most = { width: 1_280, height: 720 }
const least = { width: 640, height: 360 }

/**
 * Composes the stage that a host sees and publishes it, as long as the host is there.
 *
 * @returns how that stands, and what begins it anew
 */
export function useOnAir(roomId: number, own: MediaStream | undefined, pictures: Picture[]): [OnAir, () => void] {
  const [state, setState] = useState<OnAir>("starting")
  const [tries, setTries] = useState(0)
  const composition = useRef<Composition>(undefined)
  const latest = useRef(pictures)
  latest.current = pictures

  useEffect(() => {
    const camera = own?.getVideoTracks()[0]?.getSettings()
    const { width, height } = (camera?.width ?? 0) >= least.width ? most : least
    const composed = compose(width, height)
    composition.current = composed
    composed.show(latest.current)
    const stop = keepPublished(roomId, composed.stream, setState)
    return () => {
      stop()
      composed.close()
      composition.current = undefined
    }
  }, [roomId, own, tries])

  useEffect(() => composition.current?.show(pictures))

  return [state, () => setTries(tries + 1)]
}

/** Publishes a stream and, where that ends by no will of the host's, does so again. @returns what stops it */
function keepPublished(roomId: number, stream: MediaStream, tell: (state: OnAir) => void): () => void {
  let isOver = false
  let attempts = 0
  let begunAt = Number.POSITIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopPublishing = () => {}

  async function begin() {
    tell("starting")
    try {
      const { pushAddress } = await readyRoom(roomId)
      if (isOver) return
      const publication = publish(stream, reachable(pushAddress, location))
      stopPublishing = publication.stop
      void publication.begun.then(() => {
        begunAt = performance.now()
        if (!isOver) tell("on")
      })
      later(await publication.ended)
    } catch (reason) {
      later(reason instanceof Refused ? "refused" : "unreachable")
    }
  }

  function later(ending: Ending) {
    if (isOver) return
    if (performance.now() - begunAt > lasting) attempts = 0
    begunAt = Number.POSITIVE_INFINITY
    const wait = final.has(ending) ? undefined : waits[attempts]
    attempts += 1
    if (wait === undefined) return tell(ending === "unsupported" ? "unable" : "off")
    timer = setTimeout(begin, wait)
  }

  void begin()
  return () => {
    isOver = true
    clearTimeout(timer)
    stopPublishing()
  }
}
