import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test"
import { deflateSync } from "node:zlib"
import qiniu from "qiniu"
import { isBanned } from "../playback/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { type Callback, type FakeKodo, startFakeKodo } from "../support/fakes/kodo.ts"
import {
  drawnJpeg,
  exifSegment,
  exifWithPlace,
  homeInExif,
  noisePng,
  pngOf,
  qetag,
  withSegments,
} from "../support/images.ts"
import type { Phone } from "../support/phone.ts"
import { asksToUpload, filesDir, type Grant, keptFiles, pictureOf } from "./stage.ts"

setDefaultTimeout(30_000)

let app: TestApp
let kodo: FakeKodo
let ana: Phone

beforeAll(async () => {
  kodo = await startFakeKodo()
  app = await startApp({ ...kodo.env, DEMO: "off" })
  kodo.server = app.url
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await kodo[Symbol.asyncDispose]()
})
beforeEach(async () => {
  ana = await registers(app, "Ana")
  kodo.scheme = "QBox"
})

const picture = noisePng(40, 30)
const settles = () => app.running.app.outbox.deliverDue()
const path = "/mili/upfile/qiniu_callback"

/** Qiniu's own package uploads, as a phone's would. */
async function uploads({ token, key }: Pick<Grant, "token" | "key">, file = picture) {
  const up = [new qiniu.httpc.Endpoint(new URL(kodo.url).host)]
  const region = new qiniu.httpc.Region({ regionId: "z0", services: { up } })
  const regionsProvider = new qiniu.httpc.StaticRegionsProvider([region])
  const uploader = new qiniu.form_up.FormUploader(new qiniu.conf.Config({ regionsProvider }))
  const { resp, data } = await uploader.put(token, key, file, null)
  return { status: resp.statusCode, data }
}

/** What the last callback said, said again with changes; undefined takes a word out. */
function changed(changes: Record<string, string | undefined>): Callback {
  const callback = kodo.callbacks.at(-1)
  if (!callback) throw new Error("there was no callback")
  const values = new URLSearchParams(callback.body)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) values.delete(name)
    else values.set(name, value)
  }
  return { ...callback, body: values.toString() }
}

describe("a picture at Qiniu", () => {
  test.each(["QBox", "Qiniu"] as const)("is its owner's when Qiniu says so, in the scheme %s", async (scheme) => {
    kodo.scheme = scheme
    const grant = await asksToUpload(ana)
    expect(await pictureOf(ana)).toBe("")
    expect(await uploads(grant)).toEqual({ status: 200, data: { key: grant.key, hash: qetag(picture) } })
    expect(await pictureOf(ana)).toBe(`http://face.example.com/${grant.key}`)
    expect(kodo.callbacks.at(-1)?.url).toEndWith(path)
    expect(keptFiles(filesDir(app))).toEqual([])
  })

  test("has the addresses of its buckets' domains", async () => {
    expect(await ana.ok("GET", "/qi_niu_config")).toMatchObject({
      face: "face.example.com",
      cover: "cover.example.com",
    })
    const grant = await asksToUpload(ana, 2)
    expect(grant.url).toBe(`https://cover.example.com/${grant.key}`)
    await uploads(grant)
    await ana.opensRoom({ itype: 1 })
    expect(kodo.files.has(`covers:${grant.key}`)).toBe(true)
    expect((await ana.ok("GET", "/upfile/gen_7niu_token", { uptype: 1 }))["upload_url"]).toBe("")
  })

  test("is removed there when another takes its place, as soon as Qiniu can be reached", async () => {
    const first = await asksToUpload(ana)
    await uploads(first)
    const second = await asksToUpload(ana)
    kodo.mood = "keeping"
    await uploads(second, noisePng(40, 31))
    await settles()
    expect(kodo.files.has(`faces:${first.key}`)).toBe(true)
    kodo.mood = "well"
    app.pass(60_000)
    await settles()
    expect([kodo.files.has(`faces:${first.key}`), kodo.files.has(`faces:${second.key}`)]).toEqual([false, true])
    expect(await pictureOf(ana)).toBe(second.url)
    expect(kodo.asked).toContain(`POST /delete/faces:${first.key}`)
  })

  test("may be told of again, and comes back no more once it was replaced", async () => {
    const first = await asksToUpload(ana)
    await uploads(first)
    const callback = kodo.callbacks.at(-1) as Callback
    expect((await kodo.send(callback)).status).toBe(200)
    expect(await uploads(first)).toMatchObject({ status: 200 })
    const second = await asksToUpload(ana)
    await uploads(second, noisePng(40, 31))
    expect((await kodo.send(callback)).status).toBe(403)
    // Nor does its name come to mean another picture, or none, by a word of Qiniu's that makes no sense.
    expect((await kodo.send(kodo.signed(changed({ hash: qetag(picture) })))).status).toBe(403)
    await settles()
    expect(await pictureOf(ana)).toBe(second.url)
    expect(kodo.files.has(`faces:${second.key}`)).toBe(true)
  })

  test("that comes in an old way is uploaded from here, without what the camera wrote", async () => {
    const photo = withSegments(await drawnJpeg(), exifSegment(exifWithPlace(6)))
    const { file } = await ana.ok("POST", "/user/upload_image", { file: new Blob([new Uint8Array(photo)]) })
    expect(await pictureOf(ana)).toBe(String(file))
    const kept = kodo.files.get(`faces:${String(file).split("/").at(-1)}`)?.bytes
    expect([photo.includes(homeInExif), kept?.includes(homeInExif)]).toEqual([true, false])
    await ana.fails(26, "POST", "/user/upload_image", { file: new Blob(["hello"]) })

    kodo.mood = "broken"
    const lost = await ana.fails(1, "POST", "/user/upload_image", { file: new Blob([new Uint8Array(photo)]) })
    kodo.mood = "well"
    expect(lost.ErrMsg).toContain("cannot be reached")
    expect(await pictureOf(ana)).toBe(String(file))
  })
})

describe("a callback", () => {
  test("that nobody at Qiniu signed changes nothing", async () => {
    await uploads(await asksToUpload(ana))
    const mine = await pictureOf(ana)
    const { key } = await asksToUpload(ana)
    const callback = changed({ key })
    const status = async (one: Callback) => (await kodo.send(one)).status
    expect(await status(callback)).toBe(401)
    expect(await status({ ...callback, authorization: "" })).toBe(401)
    expect(await status({ ...callback, authorization: "QBox kodo-ak:" })).toBe(401)
    expect(await status(kodo.signed(callback, "a guess"))).toBe(401)
    expect(await status({ ...kodo.signed(callback), url: `${callback.url}?a=1` })).toBe(401)
    // In the older scheme no other body is signed, so anybody could put another one in.
    expect(await status(kodo.signed({ ...callback, type: "application/json", body: "{}" }))).toBe(400)
    expect(await status(kodo.signed({ ...callback, type: "" }))).toBe(400)
    expect((await fetch(`${app.url}/upfile/qiniu_callback`)).status).toBe(400)
    expect(await pictureOf(ana)).toBe(mine)
    kodo.scheme = "Qiniu"
    expect(await status({ ...kodo.signed(callback), body: changed({ key, fsize: "1" }).body })).toBe(401)
    expect(await status(kodo.signed(callback))).toBe(200)
    expect(await pictureOf(ana)).not.toBe(mine)
  })

  test("that says too little, or something twice, or long after, is refused", async () => {
    await uploads(await asksToUpload(ana))
    const { key } = await asksToUpload(ana)
    const status = async (changes: Record<string, string | undefined>) =>
      (await kodo.send(kodo.signed(changed({ key, ...changes })))).status
    for (const name of ["kind", "key", "hash", "fsize", "mimeType", "deadline"]) {
      expect([name, await status({ [name]: undefined })]).toEqual([name, 400])
    }
    expect(await status({ kind: "elsewhere" })).toBe(400)
    expect(await status({ hash: "short" })).toBe(400)
    const twice = changed({ key })
    expect((await kodo.send(kodo.signed({ ...twice, body: `${twice.body}&key=face_1_x` }))).status).toBe(400)
    expect(await status({ deadline: String(Math.floor(Date.now() / 1_000) - 90 * 60) })).toBe(401)
    // Another kind's name, or nobody's.
    expect(await status({ kind: "cover" })).toBe(403)
    expect(await status({ key: "face_999999_".padEnd(36, "0") })).toBe(403)
    expect(await status({ width: "", height: "null" })).toBe(200)
  })

  test("of a picture that may not be has it removed there", async () => {
    const bomb = pngOf(30_000, 30_000, deflateSync(Buffer.alloc(10)))
    const huge = await asksToUpload(ana)
    expect((await uploads(huge, bomb)).status).toBe(579)
    const late = await asksToUpload(ana)
    await isBanned(ana, 60_000)
    expect((await uploads(late)).status).toBe(579)
    await settles()
    expect(kodo.asked).toContain(`POST /delete/faces:${late.key}`)
    expect([kodo.files.has(`faces:${huge.key}`), kodo.files.has(`faces:${late.key}`)]).toEqual([false, false])
    await isBanned(ana, 0)
    expect(await pictureOf(ana)).toBe("")
  })
})

test("the server's own upload addresses are not there beside Qiniu's", async () => {
  for (const at of ["/", "/mkblk/10", "/buckets/face/objects/a/uploads"]) {
    expect((await fetch(`${app.url}${at}`, { method: "POST", body: "x" })).status).toBe(404)
  }
})
