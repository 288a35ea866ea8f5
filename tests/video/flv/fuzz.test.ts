import { heapStats } from "bun:jsc"
import { expect, test } from "bun:test"
import type { Log } from "../../../src/log.ts"
import {
  closePushSocket,
  openPushSocket,
  type PushSocket,
  pushSocketMessage,
} from "../../../src/video/flv/push_socket.ts"
import { flvTag } from "../../../src/video/flv/tag.ts"
import type { Studio } from "../../../src/video/packet.ts"
import { audioConfig, frame, keyFrame, metadata, sound, videoConfig } from "../bodies.ts"
import { Dice, mutated } from "../mutation.ts"
import { ask } from "../viewers.ts"

/** How many inputs; a long run is `FUZZ=1000000`. */
const rounds = Number(process.env["FUZZ"] ?? 20_000)

const tag = (kind: "video" | "audio" | "data", body: Uint8Array, at = 0xffffff) =>
  flvTag({ kind, at, body, isConfig: false, isKey: false })

/** What decent browsers send. */
const seeds = [
  [tag("data", metadata()), tag("video", videoConfig()), tag("audio", audioConfig()), tag("video", keyFrame(1, 300))],
  [
    tag("video", videoConfig()),
    tag("video", keyFrame()),
    ...[1, 2, 3].map((at) => tag("video", frame(at, 90), 40 * at)),
  ],
  [tag("audio", audioConfig()), ...[1, 2, 3].map((at) => tag("audio", sound(at), 23 * at))],
].map((tags) => Buffer.concat(tags))

test(
  `${rounds} broken inputs each cost their own connection, and nothing else`,
  async () => {
    const failures: unknown[] = []
    const seen = { taken: 0, ended: 0, closed: 0 }
    const log: Log = { debug() {}, info() {}, warn() {}, error: (_, fields) => failures.push(fields?.["error"]) }
    const studio: Studio = {
      publish: async () => ({
        take(_, timestamp, body) {
          seen.taken += 1
          if (timestamp < 0 || timestamp >= 2 ** 32 || body.length > 4 * 1024 * 1024) failures.push({ timestamp, body })
        },
        ended() {
          seen.ended += 1
        },
      }),
      watch: async () => undefined,
    }
    let heap = 0
    const dice = new Dice(0x5eed)
    for (let round = 0; round < rounds; round++) {
      if (round === Math.floor(rounds / 4)) {
        Bun.gc(true)
        heap = heapStats().heapSize + heapStats().extraMemorySize
      }
      let isClosed = false
      const socket: PushSocket = {
        sendText: () => 1,
        close() {
          if (isClosed) failures.push("closed twice")
          isClosed = true
        },
      }
      await openPushSocket(studio, ask(7), socket, log)
      const bytes = mutated(dice, seeds)
      for (let at = 0; at < bytes.length; ) {
        const next = at + 1 + dice.roll(200)
        const before = seen.taken
        const wasClosed = isClosed
        pushSocketMessage(socket, bytes.subarray(at, next))
        if (wasClosed && seen.taken > before) failures.push("heard after the end")
        at = next
      }
      if (isClosed) seen.closed += 1
      closePushSocket(socket)
    }
    Bun.gc(true)
    expect(failures).toEqual([])
    expect(seen.ended).toBe(rounds)
    // The inputs get far enough to matter, and bad enough, but not all of them.
    expect(seen.taken).toBeGreaterThan(rounds)
    expect(seen.closed).toBeWithin(rounds / 4, rounds)
    expect(heapStats().heapSize + heapStats().extraMemorySize - heap).toBeLessThan(8 * 1_024 * 1_024)
  },
  60_000 + rounds,
)
