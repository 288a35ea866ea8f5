import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { openSealing } from "../../src/backup/sealing.ts"
import { headerOf, readHeader } from "../../src/backup/tar.ts"
import { type Taker, unseal } from "../../src/backup/unsealing.ts"
import { Unusable } from "../../src/backup/unusable.ts"
import { engine } from "../../src/db/kit.ts"
import { homeOfItsOwn } from "../crash/inspection.ts"
import { altered, backsUp, ownFolder, restores } from "./house.ts"

setDefaultTimeout(120_000)

const folder = ownFolder()
const file = folder.at("whole.tar")
beforeAll(async () => {
  if (engine === "postgres") return
  await using home = await homeOfItsOwn()
  const shelf = join(home.dataDir, "files/kept/ab")
  mkdirSync(shelf, { recursive: true })
  writeFileSync(join(shelf, `ab${"0".repeat(62)}`), "a face")
  await backsUp(home.env, file)
})
afterAll(() => folder[Symbol.dispose]())

const refusalOf = (bytes: Uint8Array, taker?: Taker) =>
  unseal(new Blob([new Uint8Array(bytes)]).stream(), taker).then(
    () => undefined,
    (error) => (error instanceof Unusable ? error.message : error),
  )

/** What the program says of a file, having touched nothing. */
async function saidOf(name: string): Promise<string> {
  const to = folder.at(`into-${name}`)
  const { code, errors } = await restores(folder.at(name), to)
  expect(code).toBe(1)
  expect(readdirSync(to).filter((one) => !one.endsWith(".lock"))).toEqual([])
  return errors
}

describe.if(engine === "sqlite")("of a backup that is not whole", () => {
  test("a part is refused, wherever it was cut off", async () => {
    const bytes = await Bun.file(file).bytes()
    expect(await refusalOf(bytes)).toBeUndefined()
    const { length } = bytes
    for (const at of [
      0,
      1,
      511,
      512,
      700,
      1_024,
      length >> 1,
      length - 3_000,
      length - 1_025,
      length - 512,
      length - 1,
    ]) {
      expect({ at, said: await refusalOf(bytes.subarray(0, at)) }).toEqual({ at, said: "is cut off" })
    }
    altered(file, folder.at("cut.tar"), (whole) => whole.subarray(0, whole.length - 600))
    expect(await saidOf("cut.tar")).toContain("cut.tar is cut off. Nothing was changed.")
  })

  test("one altered bit is refused, wherever it is", async () => {
    const bytes = await Bun.file(file).bytes()
    const places = [
      0,
      99,
      124,
      148,
      300,
      511,
      512,
      900,
      bytes.length - 1,
      bytes.length - 1_100,
      bytes.length - 1_536 - 70,
    ]
    for (let n = 0; n < 40; n++) places.push(Math.floor(Math.random() * bytes.length))
    for (const at of places) {
      bytes[at] = (bytes[at] ?? 0) ^ 4
      expect({ at, said: await refusalOf(bytes) }).toEqual({ at, said: expect.any(String) })
      bytes[at] = (bytes[at] ?? 0) ^ 4
    }
    expect(await refusalOf(bytes)).toBeUndefined()
    altered(file, folder.at("altered.tar"), (whole) => {
      whole[whole.length >> 1] = (whole[whole.length >> 1] ?? 0) ^ 1
      return whole
    })
    expect(await saidOf("altered.tar")).toContain("is not what was written")
  })

  test("another file is refused", async () => {
    writeFileSync(folder.at("letter.txt"), "Dear Ana, ".repeat(200))
    expect(await saidOf("letter.txt")).toContain("is no backup of Mili")
    Bun.spawnSync(["tar", "cf", folder.at("other.tar"), "-C", folder.path, "letter.txt"])
    expect(await saidOf("other.tar")).toContain("is no backup of Mili")
    altered(file, folder.at("longer.tar"), (whole) => Buffer.concat([whole, Buffer.from("more")]))
    expect(await saidOf("longer.tar")).toContain("something stands behind its end")
  })

  test("a path that leads elsewhere is refused, however well it is sealed", async () => {
    const manifest = JSON.stringify({
      format: 1,
      database: { bytes: 1, migrations: [] },
      pictures: { count: 0, bytes: 0 },
      recordings: null,
    })
    for (const path of [
      "../evil",
      "/tmp/evil",
      "files/kept/ab/../../../evil",
      "recordings/7/../../evil",
      "data.key",
      "recordings/7/.evil",
    ]) {
      {
        await using sealing = await openSealing(folder.at("evil.tar"), 0)
        await sealing.addText("mili-backup.json", manifest)
        await sealing.addText(path, "x")
        await sealing.end()
      }
      expect(await saidOf("evil.tar")).toContain(`holds ${JSON.stringify(path)}, which no backup of Mili does`)
      expect(existsSync(folder.at("evil"))).toBe(false)
    }
  })

  test("a backup of a newer program is refused before anything is written", async () => {
    {
      await using sealing = await openSealing(folder.at("newer.tar"), 0)
      const database = { bytes: 0, migrations: ["9999_tomorrow"] }
      await sealing.addText(
        "mili-backup.json",
        JSON.stringify({ format: 1, database, pictures: { count: 0, bytes: 0 }, recordings: null }),
      )
      await sealing.addText("mili.db", "")
      await sealing.end()
    }
    expect(await saidOf("newer.tar")).toContain("newer than this program")
  })
})

test("a file of more than eight gibibytes has a length too", () => {
  for (const bytes of [0, 1, 8 ** 11 - 1, 8 ** 11, 2 ** 45]) {
    expect(readHeader(headerOf({ path: "mili.db", bytes }, 0))).toEqual({ path: "mili.db", bytes })
  }
})

test("a file that became shorter while it was copied breaks the backup off", async () => {
  writeFileSync(folder.at("song"), "la la la")
  truncateSync(folder.at("song"), 3)
  await using sealing = await openSealing(folder.at("song.tar"), 0)
  await expect(sealing.addFile({ path: "song", bytes: 8 }, folder.at("song"))).rejects.toThrow("became shorter")
})
