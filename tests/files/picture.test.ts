import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test"
import { createHash } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { and, eq, isNull } from "drizzle-orm"
import { files } from "../../src/files/tables.ts"
import { isBanned } from "../playback/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { drawnJpeg, exifSegment, exifWithPlace, homeInExif, noisePng, withSegments } from "../support/images.ts"
import type { Phone } from "../support/phone.ts"
import { asksToUpload, atApp, filesDir, keptFiles, pictureOf, uploads } from "./stage.ts"

setDefaultTimeout(30_000)

let app: TestApp
let ana: Phone
let bo: Phone

beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app[Symbol.asyncDispose]())

beforeEach(async () => {
  ana = await registers(app, "Ana")
  bo = await registers(app, "Bo")
})

const png = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)], { type: "image/png" })

/** Has the server do what its commits promised. */
const settles = () => app.running.app.outbox.deliverDue()

async function gives(phone: Phone, picture: Uint8Array, uptype: 1 | 2 = 1) {
  const grant = await asksToUpload(phone, uptype)
  expect((await uploads(app, grant, picture)).status).toBe(200)
  return grant
}

const shown = async (address: string) => {
  const response = await fetch(atApp(app, address))
  return response.status === 200 ? Buffer.from(await response.bytes()) : response.status
}

describe("a face", () => {
  test("is the person's once it has come, and nobody's before", async () => {
    const grant = await asksToUpload(ana)
    expect(await pictureOf(ana)).toBe("")
    expect(await shown(grant.url)).toBe(404)
    const picture = noisePng(30, 20)
    await uploads(app, grant, picture)
    expect(await pictureOf(ana)).toBe(grant.url)
    expect(await shown(grant.url)).toEqual(picture)
    const { user } = await bo.ok("GET", "/look_info", { uid: ana.uid })
    expect(user).toMatchObject({ Image: grant.url })
    const { face } = await bo.ok("GET", "/qi_niu_config")
    expect(grant.url).toBe(`http://${face}/${grant.key}`)
  })

  test("is replaced by the next, and removed", async () => {
    const first = await gives(ana, noisePng(30, 20))
    const before = keptFiles(filesDir(app)).length
    const picture = noisePng(30, 21)
    const second = await gives(ana, picture)
    await settles()
    expect(await pictureOf(ana)).toBe(second.url)
    expect([await shown(first.url), await shown(second.url)]).toEqual([404, picture])
    expect(keptFiles(filesDir(app)).length).toBe(before)
  })

  test("that two people have stays until the second has another", async () => {
    const picture = noisePng(31, 20)
    const before = keptFiles(filesDir(app)).length
    const grants = [await gives(ana, picture), await gives(bo, picture)]
    expect(keptFiles(filesDir(app)).length).toBe(before + 1)
    await gives(ana, noisePng(30, 20))
    await settles()
    expect([await shown(grants[0]?.url ?? ""), await shown(grants[1]?.url ?? "")]).toEqual([404, picture])
    await gives(bo, noisePng(30, 20))
    await settles()
    expect(keptFiles(filesDir(app)).length).toBe(before + 2)
  })

  test("is the last one's of many that come at once, and the others are gone", async () => {
    const before = keptFiles(filesDir(app)).length
    const same = noisePng(32, 20)
    const many = await Promise.all(
      Array.from({ length: 12 }, async (_, at) => ({
        grant: await asksToUpload(ana),
        picture: at % 3 ? noisePng(30, at + 1) : same,
      })),
    )
    const came = await Promise.all(many.map(({ grant, picture }) => uploads(app, grant, picture)))
    expect(came.map(({ status }) => status)).toEqual(many.map(() => 200))
    await settles()
    const address = await pictureOf(ana)
    const { db } = app.running.app
    const rows = await db.read
      .select()
      .from(files)
      .where(and(eq(files.ownerId, ana.uid), isNull(files.removedAt)))
    const [row] = rows
    expect({ rows: rows.length, key: row?.key }).toEqual({ rows: 1, key: address.split("/").at(-1) })
    for (const { grant, picture } of many) {
      expect(await shown(grant.url)).toEqual(grant.url === address ? picture : 404)
    }
    const all = await db.read.select({ id: files.id }).from(files).where(eq(files.ownerId, ana.uid))
    expect(all.length).toBe(many.length)
    expect(keptFiles(filesDir(app)).length).toBe(before + 1)
  })

  test("of one name that two pictures want at once is the first one's", async () => {
    const grant = await asksToUpload(ana)
    const pictures = Array.from({ length: 6 }, (_, at) => noisePng(20, at + 1))
    const statuses = (await Promise.all(pictures.map((one) => uploads(app, grant, one)))).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 409, 409, 409, 409, 409])
    expect(await shown(grant.url)).toEqual(pictures[statuses.indexOf(200)] ?? 0)
  })

  test("has forgotten where it was taken", async () => {
    const photo = withSegments(await drawnJpeg(), exifSegment(exifWithPlace(6)))
    const { url } = await gives(ana, photo)
    const kept = (await shown(url)) as Buffer
    expect([photo.includes(homeInExif), kept.includes(homeInExif)]).toEqual([true, false])
    expect(kept.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
  })
})

test("a cover opens the way to a room that shows it", async () => {
  await ana.fails(44, "POST", "/room/create_room", { itype: 1 })
  const grant = await gives(ana, noisePng(30, 20), 2)
  expect(await pictureOf(ana)).toBe("")
  const { cover } = await ana.ok("GET", "/qi_niu_config")
  expect(grant.url).toBe(`http://${cover}/${grant.key}`)
  const roomId = await ana.opensRoom({ itype: 1 })
  const { info } = await ana.ok("GET", "/room_info", { rid: roomId })
  expect(info).toMatchObject({ Cover: grant.url })
})

describe("the old ways of uploading", () => {
  test("do the same", async () => {
    const picture = noisePng(33, 20)
    const { file } = await ana.ok("POST", "/user/upload_image", { file: png(picture) })
    expect(await pictureOf(ana)).toBe(String(file))
    expect(await shown(String(file))).toEqual(picture)
    await ana.ok("POST", "/room/upload_cover", { cover: png(noisePng(33, 21)), uid: ana.uid })
    await ana.opensRoom({ itype: 1 })
    // The file before the token, which is in the header.
    const form = new FormData()
    form.append("file", png(noisePng(33, 22)), "a.png")
    const headers = { Authorization: `Bearer ${ana.token}` }
    const response = await fetch(`${app.url}/user/upload_image`, { method: "POST", headers, body: form })
    expect(await response.json()).toMatchObject({ ErrCode: 0, file: await pictureOf(ana) })
  })

  test.each([
    ["/user/upload_image", "file"],
    ["/room/upload_cover", "cover"],
  ])("%s refuses what is none", async (path, field) => {
    const html = new Blob(["<script>alert(1)</script>"], { type: "image/png" })
    const big = png(Buffer.alloc(20_000_001))
    expect((await ana.fails(26, "POST", path)).ErrMsg).toContain(`"${field}"`)
    await ana.fails(26, "POST", path, { [field]: "a text" })
    await ana.fails(26, "POST", path, { other: png(noisePng(9, 9)) })
    await ana.fails(26, "POST", path, { [field]: png(Buffer.alloc(0)) })
    await ana.fails(26, "POST", path, { [field]: html })
    await ana.fails(26, "POST", path, { [field]: png(noisePng(9, 9).subarray(0, 50)) })
    const response = await ana.fetch("POST", path, { [field]: big })
    expect([response.status, await response.json()]).toMatchObject([413, { ErrCode: 10 }])
    const good = { [field]: png(noisePng(9, 9)) }
    await ana.fails(7, "POST", path, { ...good, token: "0".repeat(32) })
    await ana.fails(7, "POST", path, { ...good, uid: bo.uid })
    await ana.fails(32, "POST", path, { ...good, token: "" })
    await isBanned(ana, 60_000)
    await ana.fails(59, "POST", path, good)
    expect(await pictureOf(ana)).toBe("")
  })
})

describe("a picture that the server has got hold of", () => {
  test("is kept as its owner's, unless it is to give way and there is one", async () => {
    const inside = app.running.app
    const owner = { userId: ana.uid, kind: "face", givesWay: true } as const
    const address = await inside.files.keep({ bytes: noisePng(34, 20) }, owner)
    expect(await pictureOf(ana)).toBe(address)
    const before = keptFiles(filesDir(app)).length
    expect(await inside.files.keep({ bytes: noisePng(34, 21) }, owner)).toBe(address)
    await settles()
    expect(keptFiles(filesDir(app)).length).toBe(before)
    const other = await inside.files.keep({ bytes: noisePng(34, 21) }, { ...owner, givesWay: false })
    expect([await pictureOf(ana), await shown(address)]).toEqual([other, 404])
  })

  test("and is none is refused in a sentence", async () => {
    const inside = app.running.app
    const keep = (bytes: Uint8Array, userId = ana.uid) => inside.files.keep({ bytes }, { userId, kind: "face" })
    await expect(keep(Buffer.from("hello"))).rejects.toMatchObject({
      reason: "file.missing",
      message: "The image is of no kind that can be shown.",
    })
    await expect(keep(noisePng(9, 9), 999_999)).rejects.toMatchObject({ reason: "account.unknown" })
  })
})

test("what nobody refers to is found and removed, as after a crash, and what somebody does is not", async () => {
  const { url } = await gives(ana, noisePng(35, 20))
  const lost = noisePng(35, 21)
  const name = createHash("sha256").update(lost).digest("hex")
  mkdirSync(join(filesDir(app), "kept", name.slice(0, 2)), { recursive: true })
  writeFileSync(join(filesDir(app), "kept", name.slice(0, 2), name), lost)
  expect(keptFiles(filesDir(app))).toContain(name)
  await app.running.jobs.runNow("files.tidy")
  expect(keptFiles(filesDir(app))).not.toContain(name)
  expect(await shown(url)).toBeInstanceOf(Buffer)
})

test("a replaced picture's row is forgotten after two days", async () => {
  await gives(ana, noisePng(36, 20))
  await gives(ana, noisePng(36, 21))
  const rows = () => app.running.app.db.read.select({ id: files.id }).from(files).where(eq(files.ownerId, ana.uid))
  await app.running.jobs.runNow("files.forget_removed")
  expect((await rows()).length).toBe(2)
  app.pass(48 * 3_600_000 + 1)
  await app.running.jobs.runNow("files.forget_removed")
  expect((await rows()).length).toBe(1)
})
