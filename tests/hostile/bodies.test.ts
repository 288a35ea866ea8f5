import { expect, setDefaultTimeout, test } from "bun:test"
import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { converse, dial, repliesIn, requestText } from "./support/raw_http.ts"
import { type Address, isVendors, type Scene, setScene, signsInAgain } from "./support/scene.ts"
import { asValue, boundary, deepList, deepObject, toMultipart } from "./support/values.ts"
import { assertProper, replyOf } from "./support/verdict.ts"

setDefaultTimeout(240_000)
const megabyte = 1024 * 1024

/** Every address that reads a body, with a stranger at it and with Ana. */
async function everywhere(scene: Scene, send: (url: string, token: string) => Promise<Response>, wanted?: number[]) {
  const withBody = scene.addresses.filter(({ method }) => method === "POST")
  for (const { path } of withBody) {
    // Whatever was done before may have ended the session.
    await signsInAgain(scene, scene.bo)
    for (const token of ["", scene.bo.token]) {
      const reply = await replyOf(await send(`${scene.app.url}${pathOf({ path, method: "POST" })}`, token))
      assertProper(reply, scene.secrets())
      if (wanted && !isVendors({ path }))
        expect([path, reply.status, JSON.parse(reply.body).ErrCode]).toEqual([path, ...wanted])
    }
  }
  await scene.isSound()
}

const pathOf = ({ path }: Address) => path.replace(/:\w+/g, "1")

const post = (url: string, type: string, body: string | Uint8Array<ArrayBuffer>, more: Record<string, string> = {}) =>
  fetch(url, { method: "POST", headers: { "Content-Type": type, ...more }, body })

test("JSON a hundred thousand levels deep harms nothing, wherever it stands", async () => {
  await using scene = await setScene()
  for (const deep of [deepList(100_000), deepObject(40_000), "[".repeat(200_000)]) {
    await everywhere(scene, (url, token) => post(url, "application/json", `{"token":"${token}","sex":${deep}}`))
    await everywhere(scene, (url) => post(url, "application/json", deep))
    await signsInAgain(scene, scene.bo)
    for (const name of ["uid", "token", "request_id", "unknown"]) {
      const url = `${scene.app.url}/room/create_room`
      const body = `{"request_id":"${crypto.randomUUID()}","token":"${scene.bo.token}","${name}":${deep}}`
      assertProper(await replyOf(await post(url, "application/json", body)))
    }
  }
  await scene.isSound()
})

test("a body of megabytes is refused everywhere, told of beforehand or not", async () => {
  await using scene = await setScene()
  const big = "x".repeat(2 * megabyte)
  await everywhere(scene, (url, token) => post(`${url}?token=${token}`, "application/json", big), [413, 10])
  const inChunks = () => new Blob([big]).stream()
  await everywhere(
    scene,
    (url, token) => fetch(`${url}?token=${token}`, { method: "POST", body: inChunks() }),
    [413, 10],
  )
})

test("a hundred megabytes in chunks are cut off early and do not stay in memory", async () => {
  await using scene = await setScene()
  const before = process.memoryUsage().rss
  const { sent, heard } = await pours(scene.port, "/room/exit_create", 100 * megabyte)
  const [reply] = repliesIn(heard)
  if (!reply) throw new Error("there was no answer")
  assertProper(reply)
  expect(reply.status).toBe(413)
  expect(sent).toBeLessThan(50 * megabyte)
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * megabyte)
  await scene.isSound()
})

/** Sends a body in chunks for as long as the server takes it; answers how much that was, and what came back. */
async function pours(port: number, path: string, most: number): Promise<{ sent: number; heard: Buffer }> {
  const socket = await dial(port)
  let heard = Buffer.alloc(0)
  socket.on("data", (data) => {
    heard = Buffer.concat([heard, Buffer.from(data)])
  })
  socket.write(requestText("POST", path, { "Transfer-Encoding": "chunked" }))
  const piece = "x".repeat(65_536)
  const chunk = `10000\r\n${piece}\r\n`
  let sent = 0
  const ended = new Promise((resolve) => socket.once("close", resolve))
  while (!socket.destroyed && sent < most) {
    sent += piece.length
    if (!socket.write(chunk)) await Promise.race([ended, new Promise((resolve) => socket.once("drain", resolve))])
  }
  socket.destroy()
  return { sent, heard }
}

test("a body under a false name is refused, not guessed at", async () => {
  await using scene = await setScene()
  const packed = Uint8Array.from(gzipSync('{"line":1}'))
  await everywhere(scene, (url) => post(url, "application/json", packed, { "Content-Encoding": "gzip" }), [200, 30])
  await everywhere(scene, (url) => post(url, "text/plain", "line=1"), [200, 30])
  await everywhere(scene, (url) => post(url, "", "line=1"), [200, 30])
  await everywhere(scene, (url) => post(url, "application/json", "line=1"), [200, 30])
  await everywhere(scene, (url) => post(url, "application/json", '[{"line":1}]'), [200, 30])
  await everywhere(scene, (url) => post(url, "application/json", '"line"'), [200, 30])
  await everywhere(scene, (url) => post(url, "application/json", "null"), [200, 30])
  await everywhere(scene, (url) => post(url, "application/json", Uint8Array.of(0xff, 0xfe, 0, 0x7b)), [200, 30])
})

test("a malformed multipart body is refused everywhere", async () => {
  await using scene = await setScene()
  const type = `multipart/form-data; boundary=${boundary}`
  const whole = toMultipart([["line", asValue("1")]])
  const broken: [string, string][] = [
    ["multipart/form-data", whole],
    ["multipart/form-data; boundary=", whole],
    [type, whole.slice(0, -8)],
    [type, "garbage"],
    [type, `--${boundary}`],
    [`multipart/form-data; boundary=${"b".repeat(5_000)}`, whole],
  ]
  for (const [asType, body] of broken) await everywhere(scene, (url) => post(url, asType, body), [200, 10])
})

test("multipart of any bytes is read or refused", async () => {
  await using scene = await setScene()
  const parts = toMultipart([["line", asValue("1")]], { asFiles: true }) + toMultipart([["__proto__", asValue("1")]])
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.nat(parts.length), fc.nat(60), async (bytes, at, cut) => {
      const body = Buffer.concat([Buffer.from(parts.slice(0, at)), bytes, Buffer.from(parts.slice(at + cut))])
      const url = `${scene.app.url}/room/live_create?token=${scene.bo.token}`
      const type = `multipart/form-data; boundary=${boundary}`
      assertProper(await replyOf(await post(url, type, Uint8Array.from(body))), scene.secrets())
    }),
    { numRuns: 500, interruptAfterTimeLimit: 3_000 },
  )
  await scene.isSound()
})

test("of a name given twice the first counts, and the body's counts more than the query's", async () => {
  await using scene = await setScene()
  const { app, bo } = scene
  const url = `${app.url}/user/modify_info_sign`
  const form = "application/x-www-form-urlencoded"
  const multipart = toMultipart([
    ["sign", asValue("one")],
    ["sign", asValue("two")],
  ])
  const cases: [string, () => Promise<Response>][] = [
    ["one", () => post(`${url}?token=${bo.token}&sign=query`, form, "sign=one&sign=two")],
    ["three", () => post(`${url}?token=${bo.token}&sign=query`, "application/json", '{"sign":"three"}')],
    ["one", () => post(`${url}?token=${bo.token}&sign=query`, `multipart/form-data; boundary=${boundary}`, multipart)],
    ["four", () => post(`${url}?token=${bo.token}&sign=four&sign=five`, form, "other=1")],
    ["six", () => post(`${url}?sign=six&sign=seven`, form, `token=${bo.token}&token=wrong`)],
  ]
  for (const [sign, send] of cases) {
    expect(await (await send()).json()).toEqual({ ErrCode: 0 })
    expect(await bo.ok("GET", "/look_info", { uid: bo.uid })).toMatchObject({ user: { Signature: sign } })
  }
  const conflict = await post(`${url}?token=${bo.token}&sign=eight`, form, "token=wrong")
  expect(await conflict.json()).toMatchObject({ ErrCode: 7 })
  await scene.isSound()
})

test("keys that mean something to the language are parameters like any other", async () => {
  await using scene = await setScene()
  const { app, bo } = scene
  const prototypes = [`{"__proto__":{"token":"${bo.token}","line":1}}`, `{"constructor":{"prototype":{"line":1}}}`]
  for (const body of prototypes) {
    const answer = await post(`${app.url}/room/live_create`, "application/json", body)
    expect(await answer.json()).toMatchObject({ ErrCode: 32 })
  }
  expect(await bo.call("GET", "/list_room", { __proto__: "x", constructor: "x" } as never)).toMatchObject({
    ErrCode: 0,
  })
  expect(({} as Record<string, unknown>)["line"]).toBeUndefined()
  await scene.isSound()
})

test("a length that cannot be true is refused without waiting for the body", async () => {
  await using scene = await setScene()
  for (const { path, method } of scene.addresses.filter((one) => one.method !== "GET" && !isVendors(one))) {
    const request = requestText(method, pathOf({ path, method }), { "Content-Length": 2 ** 40 }, "{")
    const { replies } = await converse(scene.port, request)
    expect(replies.map(({ status }) => status)).toEqual([413])
  }
  await scene.isSound()
})
