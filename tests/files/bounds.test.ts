import { expect, setDefaultTimeout, test } from "bun:test"
import fc from "fast-check"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { noisePng } from "../support/images.ts"
import { draftsIn, holdsHalf, untilDrafts } from "./half.ts"
import { asksToUpload, calls, encoded, filesDir, keptFiles, pictureOf, uploads } from "./stage.ts"

setDefaultTimeout(30_000)

const picture = noisePng(40, 30)
const blob = () => new Blob([new Uint8Array(picture)])

test("nothing is taken when the disk is full, and that is said", async () => {
  await using app = await startApp({ FILES_FREE_MB: "100000000" })
  const ana = await registers(app, "Ana")
  const grant = await asksToUpload(ana)
  for (const answer of [
    await uploads(app, grant, picture),
    await calls(app, grant.token, "POST", `/mkblk/${picture.length}`, picture),
  ]) {
    expect(answer).toMatchObject({ status: 503, body: { error: "the disk is full" } })
    expect(answer.headers.get("retry-after")).toBe("5")
  }
  const old = await ana.fetch("POST", "/user/upload_image", { file: blob() })
  expect([old.status, await old.json()]).toMatchObject([503, { ErrCode: 1 }])
})

test("from one address only so many uploads are under way, and whoever hangs up makes room", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const grant = await asksToUpload(ana)
  const large = noisePng(300, 300)
  const held = await Promise.all(Array.from({ length: 16 }, () => holdsHalf(app.url, { ...grant, file: large })))
  await untilDrafts(filesDir(app), 16, 100_000)
  expect(await uploads(app, grant, picture)).toMatchObject({
    status: 503,
    body: { error: "too many uploads are under way" },
  })
  expect((await ana.fetch("POST", "/user/upload_image", { file: blob() })).status).toBe(503)
  for (const socket of held) socket.destroy()
  await untilDrafts(filesDir(app), 0)
  expect((await uploads(app, grant, picture)).status).toBe(200)
  expect(app.logged.filter((line) => line.includes('"level":"error"'))).toEqual([])
})

test("a hundred megabytes are cut off where a file may end, and stay neither in memory nor on the disk", async () => {
  await using app = await startApp({ FILES_MB_MAX: "2" })
  const ana = await registers(app, "Ana")
  const { token, key } = await asksToUpload(ana)
  const before = process.memoryUsage().rss
  let sent = 0
  const endless = (beginning: string) =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(beginning)),
      pull(controller) {
        sent += 65_536
        if (sent > 100_000_000) controller.close()
        else controller.enqueue(new Uint8Array(65_536))
      },
    })
  const begun = await calls(app, token, "POST", `/buckets/face/objects/${encoded(key)}/uploads`)
  const multipart = { "Content-Type": "multipart/form-data; boundary=edge" }
  const part = (name: string) => `--edge\r\nContent-Disposition: form-data; name="${name}"; filename="a"\r\n\r\n`
  const addresses: [string, string, Record<string, string>, string][] = [
    ["PUT", `/buckets/face/objects/${encoded(key)}/uploads/${begun.body["uploadId"]}/1`, {}, ""],
    ["POST", "/mkblk/4194304", {}, ""],
    ["POST", "/", multipart, part("file")],
    // What comes before the first part, and a file that nobody asked for, are not kept, and end all the same.
    ["POST", "/", multipart, "before"],
    ["POST", "/", multipart, part("another")],
    ["POST", "/user/upload_image", multipart, part("another")],
  ]
  for (const [method, path, headers, beginning] of addresses) {
    sent = 0
    const answer = await fetch(`${app.url}${path}`, {
      method,
      headers: { Authorization: `UpToken ${token}`, ...headers },
      body: endless(beginning),
    })
    expect(answer.status).toBe(413)
    expect(sent).toBeLessThan(50_000_000)
  }
  const form = new FormData()
  form.append("file", new Blob([new Uint8Array(30_000_000)]))
  expect((await fetch(`${app.url}/`, { method: "POST", body: form })).status).toBe(413)
  expect(draftsIn(filesDir(app))).toEqual([])
  expect(process.memoryUsage().rss - before).toBeLessThan(128_000_000)
})

test("whatever is sent to the upload addresses, the answer is one of an upload's, and nothing is kept", async () => {
  await using app = await startApp({ DEMO: "off" })
  const ana = await registers(app, "Ana")
  const { token, key } = await asksToUpload(ana)
  const word = fc.oneof(
    fc.constantFrom(
      "mkblk",
      "bput",
      "mkfile",
      "buckets",
      "face",
      "cover",
      "objects",
      "uploads",
      "key",
      "x:a",
      "0",
      "1",
      "99",
    ),
    fc.constantFrom(encoded(key), "~", "", "%", "%00", "..", "%2e%2e%2f", "00000000-0000-0000-0000-000000000000"),
    fc.string({ maxLength: 8 }).map((text) => encodeURIComponent(text.toWellFormed())),
  )
  const first = fc.constantFrom("mkblk", "bput", "mkfile", "buckets", "buckets/face/objects/a/uploads", "log", "v1/sdk")
  const call = fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"),
    path: fc.tuple(first, fc.array(word, { maxLength: 7 })).map(([head, rest]) => `/${[head, ...rest].join("/")}`),
    token: fc.constantFrom(token, "", "a:b:c", `${token}x`),
    body: fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.json().map((text) => Buffer.from(text)),
    ),
  })
  await fc.assert(
    fc.asyncProperty(call, async ({ method, path, token: given, body }) => {
      const answer = await calls(app, given, method, path, method === "GET" ? undefined : body)
      expect([200, 204, 400, 401, 403, 404, 405, 406, 413]).toContain(answer.status)
      if (answer.status !== 404) expect(answer.headers.get("x-reqid")).toBeTruthy()
    }),
    { numRuns: 1_500, interruptAfterTimeLimit: 4_000 },
  )
  expect(keptFiles(filesDir(app))).toEqual([])
  expect(draftsIn(filesDir(app))).toEqual([])
  expect(await pictureOf(ana)).toBe("")
  expect(app.logged.filter((line) => line.includes('"level":"error"'))).toEqual([])
})
