import { expect, test } from "bun:test"
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createPieces, ownerTag, pieceTtl } from "../../src/providers/files/builtin/pieces.ts"

function openPieces(bytesMax: number) {
  const dir = mkdtempSync(join(tmpdir(), "mili-pieces-"))
  let time = 1_000
  const open = () => createPieces({ dir, bytesMax, now: () => time })
  let drafts = 0
  return {
    dir,
    open,
    pass(milliseconds: number) {
      time += milliseconds
    },
    /** A draft that says it is longer than it is. */
    draft() {
      const path = join(dir, `${++drafts}.new`)
      writeFileSync(path, "x")
      return path
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true }),
  }
}

const [ana, bo] = [ownerTag("ana"), ownerTag("bo")]
const mebibyte = 1024 * 1024

test("a piece is its owner's alone, is found after a restart, and is dropped when it is old", async () => {
  using place = openPieces(mebibyte)
  const pieces = place.open()
  await pieces.keep(ana, "p-1", 1, place.draft())
  expect(pieces.find(bo, "p-1")).toBeUndefined()
  expect(pieces.list(ana, "p-").map(({ name }) => name)).toEqual(["p-1"])
  writeFileSync(join(place.dir, "unfinished.new"), "")
  const again = place.open()
  await again.open()
  expect(again.find(ana, "p-1")).toMatchObject({ bytes: 1 })
  place.pass(Date.now() + pieceTtl)
  await again.dropOld()
  expect(readdirSync(place.dir)).toEqual(["unfinished.new"])
})

test("a person who has too many loses the oldest, and nobody else does", async () => {
  using place = openPieces(mebibyte)
  const pieces = place.open()
  await pieces.keep(bo, "p-bo", 1, place.draft())
  for (let count = 1; count <= 70; count++) {
    place.pass(1)
    await pieces.keep(ana, `p-${count}`, 1, place.draft())
  }
  const left = pieces.list(ana, "p-").map(({ name }) => name)
  expect([left.length, left[0], left.at(-1)]).toEqual([68, "p-3", "p-70"])
  expect(existsSync(pieces.pathOf(ana, { name: "p-1" }))).toBe(false)
  expect(pieces.find(bo, "p-bo")).toBeDefined()
})

test("when all have too much, what has lain longest goes, whosever it is", async () => {
  using place = openPieces(2_048 * mebibyte)
  const pieces = place.open()
  for (const [owner, name] of [
    [bo, "old"],
    [ana, "older than some"],
    [bo, "newer"],
    [ana, "new"],
  ] as const) {
    place.pass(1_000)
    await pieces.keep(owner, name, 1_023 * mebibyte, place.draft())
  }
  place.pass(1_000)
  await pieces.keep(ana, "newest", 100 * mebibyte, place.draft())
  expect([...pieces.list(ana, ""), ...pieces.list(bo, "")].map(({ name }) => name).toSorted()).toEqual([
    "new",
    "newer",
    "newest",
    "older than some",
  ])
})
