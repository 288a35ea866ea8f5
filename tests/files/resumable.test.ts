import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test"
import { createHash, randomBytes } from "node:crypto"
import { crc32 } from "node:zlib"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { noisePng, qetag } from "../support/images.ts"
import type { Phone } from "../support/phone.ts"
import { asksToUpload, calls, encoded, filesDir, type Grant, pendingFiles, pictureOf } from "./stage.ts"

setDefaultTimeout(30_000)

const day = 24 * 3_600_000
const blockSize = 4 * 1024 * 1024
let app: TestApp
let ana: Phone
let grant: Grant

beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app[Symbol.asyncDispose]())

beforeEach(async () => {
  ana = await registers(app, "Ana")
  grant = await asksToUpload(ana)
})

const call = (method: string, path: string, body?: Uint8Array | string, headers?: Record<string, string>) =>
  calls(app, grant.token, method, path, body, headers)

describe("blocks", () => {
  const mkfile = (size: number, contexts: unknown[]) =>
    call("POST", `/mkfile/${size}/mimeType/${encoded("image/png")}/key/${encoded(grant.key)}`, contexts.join(","))

  /** Sends a file as Android's SDK does: every block in chunks, the checksum of each compared. */
  async function sends(file: Buffer, chunkSize: number): Promise<string[]> {
    const contexts: string[] = []
    for (let at = 0; at < file.length; at += blockSize) {
      const block = file.subarray(at, at + blockSize)
      let ctx = ""
      for (let offset = 0; offset < block.length; offset += chunkSize) {
        const chunk = block.subarray(offset, offset + chunkSize)
        const path = offset === 0 ? `/mkblk/${block.length}` : `/bput/${ctx}/${offset}`
        const { status, body } = await call("POST", path, chunk)
        expect({ status, ...body }).toMatchObject({ status: 200, crc32: crc32(chunk), offset: offset + chunk.length })
        expect(Number(body["expired_at"]) * 1_000 - Date.now()).toBeGreaterThan(23 * 3_600_000)
        ctx = String(body["ctx"])
        expect(ctx).toMatch(/^[\w.-]+$/)
      }
      contexts.push(ctx)
    }
    return contexts
  }

  test("in chunks make a file", async () => {
    const file = noisePng(1_500, 1_200)
    expect(file.length).toBeGreaterThan(blockSize)
    const contexts = await sends(file, 512 * 1024)
    const { status, body } = await mkfile(file.length, contexts)
    expect({ status, hash: body["hash"] }).toEqual({ status: 200, hash: qetag(file) })
    expect(await pictureOf(ana)).toBe(grant.url)
  })

  test("may come again where their answer was lost, each chunk, and the whole", async () => {
    const file = noisePng(100, 100)
    const first = await call("POST", `/mkblk/${file.length}`, file.subarray(0, 10_000))
    const path = `/bput/${first.body["ctx"]}/10000`
    // Of this one something else arrived, and nobody heard the answer.
    await call("POST", path, randomBytes(15_000))
    const again = await call("POST", path, file.subarray(10_000, 20_000))
    const last = await call("POST", `/bput/${again.body["ctx"]}/20000`, file.subarray(20_000))
    const made = await mkfile(file.length, [last.body["ctx"]])
    expect(made.status).toBe(200)
    expect(await mkfile(file.length, [last.body["ctx"]])).toMatchObject({ status: 200, body: made.body })
    expect(pendingFiles(filesDir(app))).toEqual([])
  })

  test("outlive a restart, and no longer than a day", async () => {
    const file = noisePng(100, 100)
    const ctx = (await call("POST", `/mkblk/${file.length}`, file)).body["ctx"]
    const { body } = await call("POST", `/mkblk/${file.length}`, file.subarray(0, 5_000))
    await app.restart()
    expect((await call("POST", `/bput/${body["ctx"]}/5000`, file.subarray(5_000))).status).toBe(200)
    expect((await mkfile(file.length, [ctx])).status).toBe(200)

    expect(pendingFiles(filesDir(app)).length).toBe(1)
    await app.running.jobs.runNow("files.tidy")
    expect(pendingFiles(filesDir(app)).length).toBe(1)
    app.pass(day)
    await app.running.jobs.runNow("files.tidy")
    expect(pendingFiles(filesDir(app))).toEqual([])
  })

  test("that do not fit are refused", async () => {
    const file = noisePng(100, 100)
    const whole = String((await call("POST", `/mkblk/${file.length}`, file)).body["ctx"])
    const half = String((await call("POST", `/mkblk/${file.length}`, file.subarray(0, 9_000))).body["ctx"])
    const errors = async (answer: ReturnType<typeof call>) => {
      const { status, body } = await answer
      return [status, body["error"]]
    }
    expect(await errors(mkfile(file.length, [half]))).toEqual([400, "invalid ctx"])
    expect(await errors(mkfile(file.length + 1, [whole]))).toEqual([400, "file size not match"])
    expect(await errors(mkfile(file.length, ["garbage"]))).toEqual([400, "invalid ctx"])
    expect(await errors(mkfile(0, []))).toEqual([400, "invalid ctx"])
    expect(await errors(mkfile(40_000_000, [whole]))).toEqual([413, "exceed FsizeLimit"])
    // A checksum that the bytes do not have.
    const lie = whole.replace(/\w+$/, "1")
    expect(await errors(mkfile(file.length, [lie]))).toEqual([400, "invalid ctx"])
    expect(await errors(call("POST", `/bput/${half}/8000`, "x"))).toEqual([400, "invalid offset"])
    expect(await errors(call("POST", `/bput/${half}/9000`, file))).toEqual([413, "exceed FsizeLimit"])
    expect(await errors(call("POST", "/mkblk/4194305", "x"))).toEqual([400, "invalid argument"])
    expect(await errors(call("POST", "/mkblk/10", "more than ten"))).toEqual([413, "exceed FsizeLimit"])
    const bo = await registers(app, "Bo")
    const other = await asksToUpload(bo)
    const stolen = calls(app, other.token, "POST", `/mkfile/${file.length}/key/${encoded(other.key)}`, whole)
    expect(await errors(stolen)).toEqual([400, "invalid ctx"])
    expect(await pictureOf(bo)).toBe("")
  })

  test("of one person take only so much room; what lay longest goes", async () => {
    await using small = await startApp({ FILES_MB_MAX: "1" })
    grant = await asksToUpload(await registers(small, "Ana"))
    const contexts: string[] = []
    for (let count = 0; count < 4; count++) {
      // What a block will be counts, not what has come of it.
      const { body } = await calls(small, grant.token, "POST", `/mkblk/${blockSize}`, randomBytes(10))
      contexts.push(String(body["ctx"]))
      small.pass(1_000)
    }
    const goesOn = async (ctx: string) =>
      (await calls(small, grant.token, "POST", `/bput/${ctx}/10`, randomBytes(10))).status
    expect(await Promise.all(contexts.map(goesOn))).toEqual([400, 400, 200, 200])
  })
})

describe("parts", () => {
  const place = () => `/buckets/face/objects/${encoded(grant.key)}/uploads`
  const begin = async () => {
    const { status, body } = await call("POST", place())
    expect(status).toBe(200)
    expect(Number(body["expireAt"]) * 1_000 - Date.now()).toBeGreaterThan(23 * 3_600_000)
    return `${place()}/${body["uploadId"]}`
  }
  const partsLeft = () => pendingFiles(filesDir(app)).filter((name) => /-[pu]-/.test(name))
  const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex")

  test("come in any order, are told of, and make a file", async () => {
    const file = noisePng(300, 200)
    const path = await begin()
    const cuts = [file.subarray(0, 60_000), file.subarray(60_000, 120_000), file.subarray(120_000)]
    const parts: { partNumber: number; etag: unknown }[] = []
    for (const partNumber of [3, 1, 2]) {
      const bytes = cuts[partNumber - 1] ?? Buffer.alloc(0)
      const { body } = await call("PUT", `${path}/${partNumber}`, bytes, { "Content-MD5": md5(bytes) })
      expect(body).toEqual({ etag: qetag(bytes), md5: md5(bytes) })
      parts.push({ partNumber, etag: body["etag"] })
    }
    // Again, with other bytes at first: the later counts.
    await call("PUT", `${path}/2`, "something else")
    await call("PUT", `${path}/2`, cuts[1])
    parts.sort((one, other) => one.partNumber - other.partNumber)

    const { body: list } = await call("GET", `${path}?max-parts=2`)
    expect(list).toMatchObject({
      partNumberMarker: 2,
      parts: parts.slice(0, 2).map((part) => ({ ...part, size: 60_000 })),
    })
    const { body: rest } = await call("GET", `${path}?part-number_marker=2`)
    expect(rest).toMatchObject({ partNumberMarker: 0, parts: [{ partNumber: 3, size: cuts[2]?.length }] })

    const completion = JSON.stringify({ parts, fname: "a.png", mimeType: "image/png", metaData: {}, customVars: {} })
    const done = await call("POST", path, completion)
    expect({ status: done.status, hash: done.body["hash"] }).toEqual({ status: 200, hash: qetag(file) })
    expect(await pictureOf(ana)).toBe(grant.url)
    // Its answer was lost.
    expect(await call("POST", path, completion)).toMatchObject({ status: 200, body: done.body })
    expect(await call("PUT", `${path}/1`, cuts[0])).toMatchObject({ status: 400, body: { error: "no such uploadId" } })
    expect(partsLeft()).toEqual([])
  })

  test("outlive a restart, and are dropped when the app says so", async () => {
    const file = noisePng(100, 100)
    const path = await begin()
    const { body } = await call("PUT", `${path}/1`, file)
    await app.restart()
    expect((await call("GET", path)).body["parts"]).toMatchObject([{ partNumber: 1, etag: body["etag"] }])
    expect((await call("DELETE", path)).status).toBe(200)
    expect(partsLeft()).toEqual([])
    for (const method of ["DELETE", "GET"]) {
      expect(await call(method, path)).toMatchObject({ status: 400, body: { error: "no such uploadId" } })
    }
  })

  test("that do not fit are refused", async () => {
    const path = await begin()
    const { body } = await call("PUT", `${path}/1`, "one")
    const errors = async (method: string, at: string, sent?: string | Uint8Array, headers?: Record<string, string>) => {
      const answer = await call(method, at, sent, headers)
      return [answer.status, answer.body["error"]]
    }
    expect(await errors("PUT", `${path}/0`, "x")).toEqual([400, "invalid argument"])
    expect(await errors("PUT", `${path}/10001`, "x")).toEqual([400, "invalid argument"])
    expect(await errors("PUT", `${path}/2`, "x", { "Content-MD5": md5(Buffer.from("y")) })).toEqual([
      406,
      "md5 mismatch",
    ])
    expect(await errors("PUT", `${path}/2`, randomBytes(20_000_000))).toEqual([413, "exceed FsizeLimit"])
    expect(await errors("PUT", `${place()}/../../1`, "x")).toEqual([400, "invalid argument"])
    expect(await errors("PUT", `${place()}/..%2f..%2fx/1`, "x")).toEqual([400, "no such uploadId"])
    expect(await errors("PUT", `${place()}/%zz/1`, "x")).toEqual([400, "invalid argument"])
    const good = { partNumber: 1, etag: body["etag"] }
    expect(await errors("POST", path, "no json")).toEqual([400, "invalid argument"])
    expect(await errors("POST", path, JSON.stringify({ parts: [] }))).toEqual([400, "invalid argument"])
    expect(await errors("POST", path, JSON.stringify({ parts: [good, good] }))).toEqual([400, "invalid part order"])
    const unknown = { partNumber: 2, etag: "../../../mili.db" }
    expect(await errors("POST", path, JSON.stringify({ parts: [good, unknown] }))).toEqual([400, "invalid part"])
    expect(await errors("POST", place().replace("face", "cover"))).toEqual([403, "no such bucket"])
    expect(await errors("POST", place().replace("/objects/", "/things/"))).toEqual([400, "invalid argument"])
    expect(await errors("POST", `/buckets/face/objects/${encoded("face_1_x")}/uploads`)).toEqual([
      403,
      "key doesn't match with scope",
    ])

    // With a token of one's own nobody comes to another's upload.
    const other = await asksToUpload(await registers(app, "Bo"))
    const id = path.split("/").at(-1)
    const stolen = `/buckets/face/objects/${encoded(other.key)}/uploads/${id}`
    for (const [method, at, sent] of [
      ["PUT", `${stolen}/1`, "x"],
      ["GET", stolen, undefined],
      ["POST", stolen, JSON.stringify({ parts: [good] })],
      ["DELETE", stolen, undefined],
    ] as const) {
      expect(await calls(app, other.token, method, at, sent)).toMatchObject({
        status: 400,
        body: { error: "no such uploadId" },
      })
    }
    expect((await call("GET", path)).body["parts"]).toMatchObject([good])
  })
})
