import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import qiniu from "qiniu"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { noisePng, qetag } from "../support/images.ts"
import { asksToUpload, atApp, filesDir, pendingFiles, pictureOf, sdkConfig } from "./stage.ts"

setDefaultTimeout(60_000)

let app: TestApp
let folder: string
let picture: Buffer
let path: string

beforeAll(async () => {
  app = await startApp()
  folder = mkdtempSync(join(tmpdir(), "mili-pictures-"))
  picture = noisePng(2_000, 1_700)
  path = join(folder, "holiday.png")
  writeFileSync(path, picture)
})

afterAll(async () => {
  await app[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

type Put = (
  app: TestApp,
  token: string,
  key: string,
) => Promise<qiniu.form_up.UploadResult | qiniu.resume_up.UploadResult>

/** Qiniu's own package, unchanged, in each of the ways it uploads. */
const ways: [string, Put][] = [
  ["a form", (to, token, key) => new qiniu.form_up.FormUploader(sdkConfig(to)).putFile(token, key, path, null)],
  ["blocks, version 1", (to, token, key) => resumable(to, token, key, "v1")],
  ["parts, version 2", (to, token, key) => resumable(to, token, key, "v2")],
]

function resumable(to: TestApp, token: string, key: string, version: "v1" | "v2") {
  const extra = qiniu.resume_up.PutExtra.create()
  Object.assign(extra, { version, params: { "x:colour": "red" } })
  return new qiniu.resume_up.ResumeUploader(sdkConfig(to)).putFileV2(token, key, path, extra)
}

test.each(ways)("Qiniu's Node SDK uploads ten megabytes as %s", async (_, put) => {
  expect(picture.length).toBeGreaterThan(10_000_000)
  const ana = await registers(app, "Ana")
  const { token, key, url } = await asksToUpload(ana)
  const { data, resp } = await put(app, token, key)
  expect(resp.statusCode).toBe(200)
  expect(data).toEqual({
    key,
    hash: qetag(picture),
    fsize: picture.length,
    mimeType: "image/png",
    width: 2_000,
    height: 1_700,
  })
  expect(await pictureOf(ana)).toBe(url)
  const shown = await fetch(atApp(app, url))
  expect(Buffer.from(await shown.bytes()).equals(picture)).toBe(true)
  expect(pendingFiles(filesDir(app))).toEqual([])
})

test.each(ways)("it is told when that is too long, as %s, and when the token is another server's", async (_, put) => {
  await using small = await startApp({ FILES_MB_MAX: "1" })
  const ana = await registers(small, "Ana")
  const { token, key } = await asksToUpload(ana)
  expect((await put(small, token, key)).resp.statusCode).toBe(413)
  expect((await put(app, token, key)).resp.statusCode).toBe(401)
  expect(await pictureOf(ana)).toBe("")
})
