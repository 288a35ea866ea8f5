import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createLog } from "../../src/log.ts"
import { builtinMedia } from "../../src/providers/media/builtin.ts"
import type { MediaListener, MediaProvider } from "../../src/providers/media/index.ts"
import { Record } from "../realtime/record.ts"
import { TestClock } from "../video/test_clock.ts"
import { Encoder } from "./stage.ts"

/** Video of this process alone, with a listener that lets everybody in, wants all of it kept and remembers what it is told. */
export interface House extends AsyncDisposable {
  media: MediaProvider
  clock: TestClock
  told: Record<string>
  /** Somebody is let in to publish. */
  publishes(roomId: number): Promise<Encoder>
}

/** @param listener in the place of what it would otherwise do */
export async function openHouse(listener: Partial<MediaListener> = {}): Promise<House> {
  const dir = mkdtempSync(join(tmpdir(), "mili-house-"))
  const clock = new TestClock()
  const media = builtinMedia({
    hostname: "127.0.0.1",
    port: 0,
    rtmpUrl: "rtmp://127.0.0.1",
    publicUrl: "http://127.0.0.1",
    dir,
    kilobitsPerSecondMax: 8_000,
    freeBytesLeast: 0,
    sign: (text) => new Bun.CryptoHasher("sha256").update(text).digest("hex"),
    now: Date.now,
    log: createLog(() => {}),
    clock,
  })
  const told = new Record<string>()
  await media.start?.({
    mayPublish: async () => ({ save: true }),
    mayWatch: async () => true,
    started: async (roomId) => told.add(`${roomId} started`),
    ended: async (roomId) => told.add(`${roomId} ended`),
    mayKeep: async () => true,
    recorded: async (roomId) => told.add(`${roomId} recorded`),
    ...listener,
  })
  return {
    media,
    clock,
    told,
    publishes: async (roomId) => (await Encoder.at(media.pushAddress(roomId))).encoder,
    async [Symbol.asyncDispose]() {
      await media.stop?.()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A room that was kept for a minute, as it is told to a provider. */
export const over = { save: true, startedAt: 0, finishedAt: 60_000 }
