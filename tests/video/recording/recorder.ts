import { createLog } from "../../../src/log.ts"
import { createHls } from "../../../src/video/hls/hls.ts"
import { defaultVideoLimits } from "../../../src/video/limits.ts"
import { createRecordings } from "../../../src/video/recording/recordings.ts"
import { LiveStream } from "../../../src/video/stream.ts"
import { material } from "../hls/material.ts"

/**
 * A server that may be killed at any moment: `record DIR` records Ana's endless stream, `recover DIR` finishes what is
 * there.
 */
const [, , work, dir = ""] = process.argv
const roomId = 7
const complain = (what: unknown) => void process.stderr.write(`${what}\n`)

const stream = new LiveStream(roomId, { limits: defaultVideoLimits, onError: complain })
const log = createLog(complain)
const hls = createHls({ follow: (_, subscriber) => stream.subscribe(subscriber), log })
const recordings = createRecordings({
  dir,
  keep: hls.keep,
  isOpen: () => false,
  mayKeep: () => true,
  freeMin: 0,
  onRecorded: () => {},
  log,
})

if (work === "recover") {
  await recordings.recover()
} else {
  recordings.start(roomId)
  const packets = await material({ seconds: 4, bFrames: 2 })
  const configs = packets.filter(({ isConfig }) => isConfig)
  const loop = packets.filter(
    ({ isConfig, kind, body }) => !isConfig && kind !== "data" && !(kind === "video" && body[1] === 2),
  )
  stream.begin()
  for (const { kind, at, body } of configs) stream.take(kind, at, body)
  for (let start = 0; ; start += 4_000) {
    for (const { kind, at, body, isKey } of loop) {
      if (isKey) await Bun.sleep(5)
      stream.take(kind, at + start, body)
    }
  }
}
