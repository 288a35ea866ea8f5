import { afterAll, expect, test } from "bun:test"
import { appendFile, mkdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Disk, realDisk } from "../../../src/storage/disk.ts"
import { decoded, material } from "../hls/material.ts"
import { until } from "../hls/stage.ts"
import { Ana, Studio } from "./stage.ts"

const small = join(tmpdir(), `mili-small-disk-${process.pid}`)
await mkdir(small)
/** Needs the rights of root; elsewhere the story with a disk that only says it is full has to do. */
const isMounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=224k", "tmpfs", small]).success
afterAll(async () => {
  if (isMounted) Bun.spawnSync(["umount", small])
  await rm(small, { recursive: true })
})

/** A disk on which something fails from the given call on. */
const failing = (part: Partial<Disk>): Disk => ({ ...realDisk, ...part })

test.skipIf(!isMounted)(
  "a disk that is really full ends the recording, not the stream, and what is there plays",
  async () => {
    const disk = failing({ free: async () => Number.POSITIVE_INFINITY })
    await using studio = await Studio.open({ dir: small, disk })
    studio.live.stream()
    const segments = studio.live.keep()
    studio.recordings.start(Ana)
    await studio.live.publish(await material({ seconds: 11 }))
    await until(() => studio.logged.length > 0)
    expect((await studio.files()).filter((file) => file.endsWith(".new"))).toEqual([])
    studio.live.end()
    await studio.recordings.finish(Ana)
    const validator = studio.validator()
    await validator.poll()

    expect(segments.items).toHaveLength(6)
    expect(validator.problems).toEqual([])
    expect(validator.segments.length).toBeWithin(1, 6)
    expect(await decoded(studio.url(), "v")).toBe(60 * validator.segments.length)
    expect(studio.told.items).toHaveLength(1)
    expect(studio.logged).toHaveLength(2)
    expect(studio.logged[0]).toContain("a segment could not be written")
    expect(studio.logged[1]).toContain("an MP4 file of a recording could not be made")
    expect((await studio.files()).filter((file) => file.endsWith(".new"))).toEqual([])
  },
)

test("a line that is torn by a full disk is not taken for one", async () => {
  let lines = 0
  const disk = failing({
    async append(path, text) {
      if (++lines < 3) return realDisk.append(path, text)
      await appendFile(path, text.slice(0, 40))
      throw new Error("ENOSPC: no space left on device")
    },
  })
  await using studio = await Studio.open({ disk })
  await studio.records(await material({ seconds: 9 }))
  const validator = studio.validator()
  await validator.poll()

  expect(validator.problems).toEqual([])
  expect(validator.segments).toHaveLength(2)
  expect(studio.logged).toHaveLength(1)
})

test("a recording ends when the disk has no more to spare than it must", async () => {
  await using studio = await Studio.open({ disk: failing({ free: async () => 1_000_000 }), freeMin: 990_000 })
  await studio.records(await material({ seconds: 5 }))

  expect(studio.told.items).toEqual([])
  expect(studio.logged.join()).toContain("nearly full")
})

test("a recording ends at its limit, and plays up to there", async () => {
  await using studio = await Studio.open()
  studio.bytesMax = 300_000
  await studio.records(await material({ seconds: 9 }))
  const validator = studio.validator()
  await validator.poll()

  expect(validator.segments).toHaveLength(2)
  expect(studio.told.items[0]?.bytes).toBeLessThan(300_000)
  expect(studio.logged.join()).toContain("reached its limit")
})

test("a slow disk costs parts of the recording, not memory", async () => {
  const gate = Promise.withResolvers<void>()
  const disk = failing({
    async write(path, content) {
      await gate.promise
      return realDisk.write(path, content)
    },
  })
  await using studio = await Studio.open({ disk, limits: { waitingMax: 2 } })
  studio.live.stream()
  const segments = studio.live.keep()
  studio.recordings.start(Ana)
  await studio.live.publish(await material({ seconds: 13 }))
  expect(segments.items).toHaveLength(6)
  gate.resolve()
  await studio.journaled(3)
  studio.live.stream().interrupt()
  await studio.journaled(4)
  await studio.live.publish(await material({ seconds: 3 }))
  studio.live.end()
  await studio.recordings.finish(Ana)
  const validator = studio.validator()
  await validator.poll()

  expect(validator.problems).toEqual([])
  expect(validator.segments.map(({ listed }) => listed.isDiscontinuous)).toEqual([
    false,
    false,
    false,
    true,
    true,
    false,
  ])
  expect(studio.logged).toHaveLength(1)
})

test("what a crash leaves behind is cleared up: torn lines, drafts, files without a line, lines without a file", async () => {
  await using studio = await Studio.open()
  studio.live.stream()
  studio.recordings.start(Ana)
  await studio.live.publish(await material({ seconds: 9 }))
  await studio.live.hls.close()
  await studio.recordings.close()
  await appendFile(studio.path("journal"), '{"number":6,"init":"0123')
  await writeFile(studio.path("seg-6.m4s.new"), "half")
  await writeFile(studio.path("seg-7.m4s"), "no line")
  await rm(studio.path("seg-2.m4s"))
  await mkdir(join(studio.dir, "9.removed"))
  await writeFile(join(studio.dir, "notes.txt"), "the operator's own")

  await using next = await Studio.open({ dir: studio.dir })
  await next.recordings.recover()
  const validator = next.validator()
  await validator.poll()
  expect(validator.problems).toEqual([])
  expect(validator.segments.map(({ listed }) => [listed.uri.split("?")[0], listed.isDiscontinuous])).toEqual([
    ["seg-1.m4s", false],
    ["seg-3.m4s", true],
    ["seg-4.m4s", false],
    ["seg-5.m4s", false],
  ])
  const files = await next.files()
  expect(files.filter((file) => /new|seg-[267]/.test(file))).toEqual([])
  expect(await Bun.file(join(studio.dir, "notes.txt")).exists()).toBe(true)
  expect(await Bun.file(join(studio.dir, "9.removed")).exists()).toBe(false)
})
