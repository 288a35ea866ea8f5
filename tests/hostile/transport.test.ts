import { expect, setDefaultTimeout, test } from "bun:test"
import fc from "fast-check"
import { type Conversation, converse, requestText } from "./support/raw_http.ts"
import { type Scene, setScene } from "./support/scene.ts"
import { assertProper } from "./support/verdict.ts"

setDefaultTimeout(60_000)
/** What the HTTP parser says by itself, without a body, to what is no request at all; it ends the connection then. */
const parserStatuses = [400, 413, 414, 431, 501, 505]

/** Every answer is the contract's, but the last may be the parser's, and then the connection ends. */
function assertCivil({ replies, ended }: Conversation): void {
  for (const [at, reply] of replies.entries()) {
    const isParsers = reply.body === "" && parserStatuses.includes(reply.status)
    if (isParsers) expect([at, ended]).toEqual([replies.length - 1, true])
    else assertProper(reply)
  }
  if (replies.length === 0) expect(ended).toBe(true)
}

/** The first of two requests, the second being a plain one that ends the connection: whatever the first was, all ends. */
async function survives(scene: Scene, first: string | Buffer): Promise<Conversation> {
  const last = Buffer.from(requestText("GET", "/healthz", { Connection: "close" }))
  const conversation = await converse(scene.port, Buffer.concat([Buffer.from(first), last]), Number.POSITIVE_INFINITY)
  assertCivil(conversation)
  return conversation
}

const line = (text: string) => `${text}\r\nHost: mili\r\n\r\n`

test("what is no request is turned away, and everybody else is served", async () => {
  await using scene = await setScene()
  const { addresses } = scene
  const some = addresses[0]?.path ?? "/"
  const requests: (string | Buffer)[] = [
    ...["BREW", "get", "A".repeat(5_000), "G\0T", "GET POST", "", "*", "/", "PRI", "😀"].map((method) =>
      line(`${method} ${some} HTTP/1.1`),
    ),
    ...["CONNECT", "TRACE", "PROPFIND", "PURGE", "LOCK", "LINK"].map((method) => line(`${method} ${some} HTTP/1.1`)),
    ...["HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/11.1", "HTTP/", "ICY", ""].map((version) =>
      line(`GET ${some} ${version}`),
    ),
    ...[
      "*",
      "",
      "a",
      "//",
      "/../../..",
      "http://",
      "http://a.example/healthz",
      "?",
      "#",
      "/%",
      "/%zz",
      "/\0",
      "/%00",
    ].map((path) => line(`GET ${path} HTTP/1.1`)),
    line(`GET /${"a/".repeat(4_000)} HTTP/1.1`),
    line(`GET /healthz?${"a=b&".repeat(3_000)} HTTP/1.1`),
    line(`GET /${"a".repeat(1_000_000)} HTTP/1.1`),
    Buffer.concat([
      Buffer.from("GET /check_channel/"),
      Buffer.of(0xc0, 0xaf, 0xed, 0xa0, 0x80),
      Buffer.from(line(" HTTP/1.1")),
    ]),
    "GET /healthz HTTP/1.1\r\n\r\n",
    "GET /healthz HTTP/1.1\nHost: mili\n\n",
    "GET /healthz\r\n\r\n",
    ...["[::", "a/b?c#d", " ", "a b", "\0", "a".repeat(4_000), "evil\r\nHost: b"].map(
      (host) => `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    ),
    requestText("GET", "/healthz", { "X\0Y": "a" }),
    requestText("GET", "/healthz", { "X Y": "a", "": "b" }),
    requestText("GET", "/healthz", { "X-Folded": "a\r\n b" }),
    requestText("GET", "/healthz", {
      Authorization: "\u00ff\u0001",
      Cookie: "a".repeat(3_000),
      Range: "bytes=0-,-1",
    }),
    requestText("GET", "/healthz", { "X-Long": "a".repeat(500_000) }),
    `GET /healthz HTTP/1.1\r\nHost: mili\r\n${"X-A: b\r\n".repeat(20_000)}\r\n`,
    `GET /healthz HTTP/1.1\r\nHost: mili\r\n${Array.from({ length: 300 }, (_, at) => `X-${at}: b\r\n`).join("")}\r\n`,
    Buffer.from("160301020001000001fc0303", "hex"),
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    Buffer.alloc(100_000),
    Buffer.alloc(100_000, 0xff),
    "\r\n".repeat(1_000),
  ]
  for (const request of requests) await survives(scene, request)
  await scene.isSound()
})

test("a body whose length is told falsely ends its own connection only", async () => {
  await using scene = await setScene()
  const post = (headers: Record<string, string | number>, body: string) =>
    requestText("POST", "/room/exit_create", { "Content-Type": "application/json", ...headers }, body)
  const chunked = { "Transfer-Encoding": "chunked" }
  const requests = [
    ...["-1", "abc", "0x10", "1e3", "1.5", "99999999999999999999", "1,2", "", " "].map((length) =>
      post({ "Content-Length": length }, "{}"),
    ),
    post({ "Content-Length": 2, "content-length": 3 }, "{}"),
    post({ "Content-Length": 2, ...chunked }, "0\r\n\r\n"),
    post({ "Transfer-Encoding": "gzip" }, "{}"),
    post({ "Transfer-Encoding": "chunked, identity" }, "0\r\n\r\n"),
    ...["ZZ\r\n{}\r\n", "-1\r\n{}\r\n", "ffffffffffffffffff\r\n{}\r\n", "2\r\n{}x\r\n", "2;a=b\r\n{}\r\n0\r\n\r\n"].map(
      (body) => post(chunked, body),
    ),
    post(chunked, `2;${"a".repeat(100_000)}\r\n{}\r\n0\r\n\r\n`),
    post(chunked, `2\r\n{}\r\n0\r\n${"X-Trailer: a\r\n".repeat(2_000)}\r\n`),
    post({ "Content-Length": 2, Expect: "100-continue" }, "{}"),
    post({ "Content-Length": 2, Expect: "a miracle" }, "{}"),
    requestText("GET", "/list_room", { "Content-Length": 3 }, "abc"),
  ]
  for (const request of requests) await survives(scene, request)
  await scene.isSound()
})

test("requests in one go are answered in their order, a refused body among them", async () => {
  await using scene = await setScene()
  const { port, ana } = scene
  const calls = scene.addresses.map(({ method, path }, at) => {
    const uid = at % 2 === 0 ? String(ana.uid) : "0"
    const address = `${path.replace(/:\w+/g, "1")}?uid=${uid}`
    return requestText(method, address, { "Content-Length": 2, "Content-Type": "application/json" }, "{}")
  })
  const health = requestText("GET", "/healthz")
  const { replies, ended } = await converse(port, calls.map((call) => call + health).join(""), calls.length * 2)
  // The runtime ends a connection that asks on while an answer takes its time; what was answered is in order.
  expect(ended || replies.length === calls.length * 2).toBe(true)
  for (const reply of replies) assertProper(reply, scene.secrets())
  const everySecond = replies.filter((_, at) => at % 2 === 1).map(({ body }) => body)
  expect(everySecond.filter((body) => body !== '{"ErrCode":0}')).toEqual([])
  const many = await converse(port, health.repeat(2_000), 2_000)
  expect(many.replies.length).toBe(2_000)
  await scene.isSound()
})

test("bytes of any kind harm nobody", async () => {
  await using scene = await setScene()
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom("GET ", "POST ", "/healthz", " HTTP/1.1", "\r\n", "\r\n\r\n", "Host: a\r\n", ": ", "\n")
      .map(Buffer.from),
    fc
      .constantFrom("Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Upgrade: websocket\r\n")
      .map(Buffer.from),
    fc.constantFrom(...scene.addresses.map(({ method, path }) => Buffer.from(line(`${method} ${path} HTTP/1.1`)))),
  )
  const garbage = fc.array(pieces, { minLength: 1, maxLength: 12 }).map((parts) => Buffer.concat(parts))
  await fc.assert(
    fc.asyncProperty(garbage, async (bytes) => {
      // A line that ends and a length that is filled, so that nothing is left to wait for.
      const filled = Buffer.concat([bytes, Buffer.from(`\r\n\r\n${"0\r\n\r\n".repeat(3)}`)])
      await survives(scene, filled)
    }),
    { numRuns: 1_000, interruptAfterTimeLimit: 3_000 },
  )
  await scene.isSound()
})

test("who calls too fast, or comes while the server stops, is told so like anybody", async () => {
  await using scene = await setScene({ RATE_LIMITS: "on" })
  const answers = await Promise.all(Array.from({ length: 800 }, () => fetch(`${scene.app.url}/healthz`)))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  for (const answer of answers) {
    expect(answer.status === 429).toBe(answer.headers.has("retry-after"))
    assertProper({ status: answer.status, type: answer.headers.get("content-type"), body: await answer.text() })
  }
})
