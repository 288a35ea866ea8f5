import { expect, test } from "bun:test"
import { join } from "node:path"
import { parse } from "../../src/config.ts"
import { createLog } from "../../src/log.ts"
import { playbacksOf } from "../../src/playback/playback.ts"
import { recordings } from "../../src/playback/tables.ts"
import { serve } from "../../src/serve.ts"
import { freshHome, startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { fakeMedia, keepsAnEvening, promisesKept, shelfOf } from "./stage.ts"

const minute = 60_000

test("a playback is gone at once, and its file once a provider that was down is back", async () => {
  const media = fakeMedia()
  await using app = await startApp({}, { media })
  const ana = await registers(app, "Ana")
  const roomId = await keepsAnEvening(ana, { key: "stubborn" })
  media.failWith = new Error("the provider does not answer")
  await ana.ok("GET", "/room/del_play", { roomid: roomId })
  expect(await shelfOf(ana)).toEqual([])
  for (let hours = 0; hours < 24; hours++) {
    app.pass(60 * minute)
    await promisesKept(ana)
  }
  expect(media.asked.length).toBeGreaterThan(20)
  expect(media.deleted).toEqual([])
  await app.restart()
  media.failWith = undefined
  app.pass(60 * minute)
  await promisesKept(ana)
  expect(media.deleted).toEqual(["stubborn"])
  const asked = media.asked.length
  app.pass(60 * minute)
  await promisesKept(ana)
  expect(media.asked).toHaveLength(asked)
})

test("killed between the row and the file, the server deletes the file when it is back", async () => {
  const home = await freshHome()
  try {
    const doomed = Bun.spawn([process.execPath, join(import.meta.dir, "doomed.ts")], {
      env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...home.env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    })
    const { ownerId, asked } = await firstLine(doomed.stdout)
    doomed.kill("SIGKILL")
    await doomed.exited
    expect(asked).toEqual(["doomed"])

    const media = fakeMedia()
    const config = parse({ ...home.env, PORT: "0", RTMP_PORT: "0", HOST: "127.0.0.1" })
    const { app, stop } = await serve(config, { log: createLog(() => {}), print: () => {}, media })
    try {
      await app.outbox.deliverDue()
      expect(media.deleted).toEqual(["doomed"])
      expect(await playbacksOf(app.db.read, ownerId, "live", { index: 0 })).toEqual([])
      expect(await app.db.read.select().from(recordings)).toMatchObject([{ ownerId, deletedAt: expect.any(Number) }])
    } finally {
      await stop()
    }
  } finally {
    await home.remove()
  }
})

async function firstLine(output: ReadableStream<Uint8Array>): Promise<{ ownerId: number; asked: string[] }> {
  let text = ""
  const decoder = new TextDecoder()
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true })
    if (text.includes("\n")) return JSON.parse(text)
  }
  throw new Error("The doomed server ended by itself.")
}
