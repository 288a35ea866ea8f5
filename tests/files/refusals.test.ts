import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test"
import { createHash } from "node:crypto"
import { deflateSync } from "node:zlib"
import { writeToken } from "../../src/providers/files/builtin/policy.ts"
import { isBanned } from "../playback/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { noisePng, pngOf } from "../support/images.ts"
import type { Phone } from "../support/phone.ts"
import {
  asksToUpload,
  calls,
  encoded,
  filesDir,
  type Grant,
  keptFiles,
  pendingFiles,
  pictureOf,
  uploads,
} from "./stage.ts"

setDefaultTimeout(30_000)

let app: TestApp
let ana: Phone
let bo: Phone
const picture = noisePng(40, 30)

beforeAll(async () => {
  app = await startApp({ DEMO: "off", FILES_MB_MAX: "1", FILES_MEGAPIXELS_MAX: "1" })
  ana = await registers(app, "Ana")
  bo = await registers(app, "Bo")
})

afterAll(() => app[Symbol.asyncDispose]())

/** An upload in each of the ways, to its end or to where it is refused. */
const ways: Record<string, (app: TestApp, grant: Pick<Grant, "token" | "key">, file: Uint8Array) => Promise<number>> = {
  form: async (app, grant, file) => (await uploads(app, grant, file)).status,
  async blocks(app, { token, key }, file) {
    const block = await calls(app, token, "POST", `/mkblk/${file.length}`, file)
    if (block.status !== 200) return block.status
    const path = `/mkfile/${file.length}/key/${encoded(key)}`
    return (await calls(app, token, "POST", path, String(block.body["ctx"]))).status
  },
  async parts(app, { token, key }, file) {
    const place = `/buckets/face/objects/${encoded(key)}/uploads`
    const begun = await calls(app, token, "POST", place)
    if (begun.status !== 200) return begun.status
    const path = `${place}/${begun.body["uploadId"]}`
    const part = await calls(app, token, "PUT", `${path}/1`, file)
    if (part.status !== 200) return part.status
    const parts = [{ partNumber: 1, etag: part.body["etag"] }]
    return (await calls(app, token, "POST", path, JSON.stringify({ parts }))).status
  },
}

/** What nobody may upload: by whose grant, what is uploaded, and Qiniu's status for it. */
const refusals: [string, number, () => Promise<{ grant: Pick<Grant, "token" | "key">; file?: Uint8Array }>][] = [
  ["with a forged token", 401, async () => ({ grant: forged(await asksToUpload(ana)) })],
  ["with another's signature", 401, async () => ({ grant: await spliced() })],
  ["under another name", 403, async () => ({ grant: { ...(await asksToUpload(ana)), key: "face_1_0" } })],
  [
    "under another person's name",
    403,
    async () => ({ grant: { ...(await asksToUpload(ana)), key: (await asksToUpload(bo)).key } }),
  ],
  ["too long a file", 413, async () => ({ grant: await asksToUpload(ana), file: noisePng(700, 500) })],
  [
    "what is no picture",
    403,
    async () => ({ grant: await asksToUpload(ana), file: Buffer.from("<html>hello</html>") }),
  ],
  [
    "a bomb",
    403,
    async () => ({ grant: await asksToUpload(ana), file: pngOf(40_000, 40_000, deflateSync(Buffer.alloc(9))) }),
  ],
]

const forged = ({ token, key }: Grant) => {
  const [ak, sign = "", policy] = token.split(":")
  return { token: `${ak}:${sign.replace(/^./, (one) => (one === "A" ? "B" : "A"))}:${policy}`, key }
}

async function spliced() {
  const own = await asksToUpload(ana)
  const other = await asksToUpload(bo)
  const [ak, sign] = own.token.split(":")
  return { token: `${ak}:${sign}:${other.token.split(":")[2]}`, key: other.key }
}

for (const [way, put] of Object.entries(ways)) {
  test.each(refusals)(`nobody uploads, in ${way}, %s`, async (_, status, attempt) => {
    const before = [await pictureOf(ana), await pictureOf(bo), ...keptFiles(filesDir(app))]
    const { grant, file = picture } = await attempt()
    expect(await put(app, grant, file)).toBe(status)
    expect([await pictureOf(ana), await pictureOf(bo), ...keptFiles(filesDir(app))]).toEqual(before)
    expect(pendingFiles(filesDir(app)).filter((name) => name.endsWith(".new"))).toEqual([])
  })

  test(`nobody uploads, in ${way}, an hour after asking`, async () => {
    await using late = await startApp()
    const cai = await registers(late, "Cai")
    const [grant, other] = [await asksToUpload(cai), await asksToUpload(cai)]
    late.pass(3_590_000)
    expect(await put(late, grant, picture)).toBe(200)
    late.pass(10_000)
    expect(await put(late, other, picture)).toBe(401)
    expect(await pictureOf(cai)).toBe(grant.url)
  })

  test(`who is suspended meanwhile uploads nothing, in ${way}`, async () => {
    const cai = await registers(app, "Cai")
    const grant = await asksToUpload(cai)
    await isBanned(cai, 60_000)
    await cai.fails(59, "GET", "/upfile/gen_7niu_token", { uptype: 1 })
    expect(await put(app, grant, picture)).toBe(403)
    await isBanned(cai, 0)
    expect(await put(app, grant, picture)).toBe(200)
  })

  test(`a name is used once, in ${way}: the same picture again is well, another is not`, async () => {
    const cai = await registers(app, "Cai")
    const grant = await asksToUpload(cai)
    expect(await put(app, grant, picture)).toBe(200)
    expect(await put(app, grant, picture)).toBe(200)
    expect(await put(app, grant, noisePng(41, 30))).toBe(409)
    expect(await pictureOf(cai)).toBe(grant.url)
    // Nor does one come back that was replaced.
    const next = await asksToUpload(cai)
    expect(await put(app, next, noisePng(42, 30))).toBe(200)
    expect(await put(app, grant, picture)).toBe(409)
    expect(await pictureOf(cai)).toBe(next.url)
  })
}

test("a token that looks like ours and was signed by somebody else is refused", async () => {
  const key = `face_${ana.uid}_${"0".repeat(24)}`
  const policy = { scope: `face:${key}`, deadline: 4_000_000_000 }
  for (const secretKey of ["", "mili", createHash("sha256").digest("hex")]) {
    const token = writeToken({ accessKey: "mili", secretKey }, policy)
    expect((await uploads(app, { token, key }, picture)).body).toEqual({ error: "bad token" })
  }
})

test("what is missing or does not fit in a form is told", async () => {
  const grant = await asksToUpload(ana)
  const said = async (changes: Record<string, string | undefined>) => {
    const { status, body } = await uploads(app, grant, picture, changes)
    return [status, body["error"]]
  }
  expect(await said({ token: undefined })).toEqual([400, "token not specified"])
  expect(await said({ crc32: "1" })).toEqual([406, "crc32 mismatch"])
  expect(await said({ key: undefined })).toEqual([403, "key doesn't match with scope"])
  expect(await said({ key: "" })).toEqual([403, "key doesn't match with scope"])
  const form = new FormData()
  form.append("token", grant.token)
  const empty = await fetch(`${app.url}/`, { method: "POST", body: form })
  expect([empty.status, await empty.json()]).toEqual([400, { error: "file is not specified in multipart" }])
  const none = await fetch(`${app.url}/`, { method: "POST", body: "hello" })
  expect(none.status).toBe(400)
})

test("every answer has a number, and may be read from any page", async () => {
  const { token } = await asksToUpload(ana)
  const answers = await Promise.all([
    uploads(app, { token, key: "x" }, picture),
    calls(app, "x", "POST", "/mkblk/10", "0123456789"),
    calls(app, token, "PATCH", "/mkblk/10", "0123456789"),
    calls(app, token, "GET", "/buckets/face"),
    calls(app, token, "GET", "/v4/query?ak=mili&bucket=face"),
    calls(app, token, "POST", "/log/4", "a,b"),
    calls(app, token, "POST", "/v1/sdk/config"),
    calls(app, token, "OPTIONS", "/buckets/face/objects/a/uploads"),
    calls(app, token, "OPTIONS", "/"),
  ])
  expect(answers.map(({ status }) => status)).toEqual([403, 401, 405, 400, 200, 200, 200, 204, 204])
  for (const { headers } of answers) {
    expect(headers.get("x-reqid")).toMatch(/^[\w-]{12}$/)
    expect(headers.get("access-control-allow-origin")).toBe("*")
  }
  expect(answers[7]?.headers.get("access-control-allow-headers")).toContain("authorization")
})

test("the root is an upload's address for uploads alone", async () => {
  const response = await fetch(`${app.url}/`)
  expect([response.status, await response.json()]).toMatchObject([404, { ErrCode: 1 }])
})
