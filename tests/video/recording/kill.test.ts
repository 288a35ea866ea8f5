import { expect, test } from "bun:test"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import type { Entry } from "../../../src/video/recording/journal.ts"
import { decoded, material } from "../hls/material.ts"
import { Ana, Studio } from "./stage.ts"

/**
 * Starts the child and kills it, with no time for a last word, as soon as something is so.
 *
 * @returns false when it ended by itself before
 */
async function killWhen(
  work: "record" | "recover",
  dir: string,
  isTime: () => Promise<boolean> | boolean,
): Promise<boolean> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "recorder.ts"), work, dir], { stderr: "inherit" })
  while (!(await isTime()) && child.exitCode === null) await Bun.sleep(1)
  child.kill("SIGKILL")
  await child.exited
  return child.signalCode === "SIGKILL"
}

async function journal(studio: Studio): Promise<Entry[]> {
  const file = Bun.file(studio.path("journal"))
  if (!(await file.exists())) return []
  const lines = (await file.text()).split("\n")
  return lines.slice(0, -1).map((line) => JSON.parse(line))
}

/** Moments in the writing of a segment, the fifth or so. */
const moments: [string, (files: string[], lines: number) => boolean][] = [
  [
    "while a segment is written",
    (files, lines) => lines >= 4 && files.some((file) => file.startsWith("seg-") && file.endsWith(".new")),
  ],
  [
    "while a segment is there that no line tells of",
    (files, lines) => lines >= 4 && files.includes(`seg-${lines + 1}.m4s`),
  ],
  ["after a line was written", (_, lines) => lines >= 5],
  ["after the first segment", (_, lines) => lines >= 1],
]

test.each(moments)(
  "a server is killed %s: the recording plays to the last segment of the journal",
  async (_, isTime) => {
    await using studio = await Studio.open()
    const isKilled = await killWhen("record", studio.dir, async () =>
      isTime(await studio.files().catch(() => []), (await journal(studio)).length),
    )
    expect(isKilled).toBe(true)
    const entries = await journal(studio)
    await studio.recordings.recover()
    const validator = studio.validator()
    await validator.poll()

    expect(validator.problems).toEqual([])
    expect(validator.segments).toHaveLength(entries.length)
    const pictures = entries.reduce((sum, { frames }) => sum + frames.video, 0)
    expect(await decoded(studio.url(), "v")).toBe(pictures)
    expect(await decoded(studio.path("recording.mp4"), "v")).toBe(pictures)
    expect(studio.told.items).toMatchObject([{ key: `${Ana}` }])
    const expected = ["finished.json", "index.m3u8", "journal", "recording.mp4", "stream.m3u8"]
    expect((await studio.files()).filter((file) => !/^(seg|init)-/.test(file)).toSorted()).toEqual(expected)
    expect((await studio.files()).filter((file) => file.startsWith("seg-"))).toHaveLength(entries.length)
    expect(studio.logged).toEqual([])
  },
)

test("a server is killed while it finishes a recording, and the next one finishes it", async () => {
  await using studio = await Studio.open()
  expect(await killWhen("record", studio.dir, async () => (await journal(studio)).length >= 100)).toBe(true)
  const isHalfDone = async () => (await studio.files()).includes("recording.mp4.new")
  // It may be done before anybody looks; then it has to do it again.
  for (let isCaught = false; !isCaught; ) {
    for (const file of ["finished.json", "recording.mp4"]) await rm(studio.path(file), { force: true })
    isCaught = (await killWhen("recover", studio.dir, isHalfDone)) && (await isHalfDone())
  }
  await studio.recordings.recover()

  expect(studio.told.items).toHaveLength(1)
  expect(await studio.files()).not.toContain("recording.mp4.new")
  const pictures = (await journal(studio)).reduce((sum, { frames }) => sum + frames.video, 0)
  expect(await decoded(studio.path("recording.mp4"), "v")).toBe(pictures)
  await studio.recordings.recover()
  expect(studio.told.items).toHaveLength(1)
})

test("a room that is still open goes on where it was, and time was lost between", async () => {
  await using studio = await Studio.open()
  expect(await killWhen("record", studio.dir, async () => (await journal(studio)).length >= 2)).toBe(true)
  const before = (await journal(studio)).length
  studio.open.add(Ana)
  await studio.recordings.recover()
  expect(studio.told.items).toEqual([])

  // The child's stream went faster than its clock.
  studio.live.late = 3_600_000
  await studio.records(await material({ seconds: 3, bFrames: 2 }))
  const validator = studio.validator()
  await validator.poll()

  expect(validator.problems).toEqual([])
  const cuts = validator.segments.map(({ listed }) => listed.isDiscontinuous)
  expect(cuts).toEqual([...Array.from({ length: before }, () => false), true, false])
  const pictures = (await journal(studio)).reduce((sum, { frames }) => sum + frames.video, 0)
  expect(await decoded(studio.path("recording.mp4"), "v")).toBe(pictures)
})
