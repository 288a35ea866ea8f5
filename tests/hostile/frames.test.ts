import { expect, setDefaultTimeout, test } from "bun:test"
import fc from "fast-check"
import type { Frame } from "../support/socket.ts"
import { frameBytes, opcodes, type RawFrame, RawSocket } from "./support/raw_socket.ts"
import { type Scene, setScene } from "./support/scene.ts"
import { deepList, deepObject, hostileText } from "./support/values.ts"

setDefaultTimeout(60_000)
const { continuation, text, binary, close, ping, pong } = opcodes

const chat = (msg: string): RawFrame => ({ opcode: text, payload: JSON.stringify({ mtype: 1, msg }) })
const echo: RawFrame = { opcode: text, payload: '{"mtype":0}' }

/** Two who talk while a third misbehaves; afterwards they must have missed nothing. */
async function company(scene: Scene) {
  const { ana, bo, mal, roomId, port } = scene
  const [atAna, atBo] = [await ana.enters(roomId, { ext: 1 }), await bo.enters(roomId, { ext: 1 })]
  let spoken = 0
  return {
    enters: () => RawSocket.open(port, `/channel/${roomId}/ws?token=${mal.token}&uid=${mal.uid}`),
    /** The two say something to each other, whatever the third has done. */
    async talks() {
      const msg = `word ${++spoken}`
      atBo.says(msg)
      for (const socket of [atAna, atBo]) await socket.hears({ mtype: 1, msg })
    },
    async missedNothing() {
      for (const { frames } of [atAna, atBo]) {
        // A property that ran out of time leaves its last words on their way.
        while (frames.filter(isWord).length < spoken) await Bun.sleep(1)
        const numbers = frames.filter(isNumbered).map(({ seq }) => seq)
        expect(numbers).toEqual(numbers.map((_, at) => Number(numbers[0]) + at))
        expect(frames.filter(isWord).length).toBe(spoken)
      }
    },
  }
}

const isWord = ({ msg }: Frame) => String(msg).startsWith("word ")
const isNumbered = ({ mtype, seq }: Frame) => seq !== undefined && mtype !== 1020

/** What is no websocket frame, or none that a client may send; the connection ends. */
const offences: [string, (RawFrame | Buffer)[]][] = [
  ["a frame that is not masked", [{ ...chat("hi"), masked: false }]],
  ["the first reserved bit", [{ ...chat("hi"), reserved: 4 }]],
  ["the second reserved bit", [{ ...chat("hi"), reserved: 2 }]],
  ["the third reserved bit", [{ ...chat("hi"), reserved: 1 }]],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, RawFrame[]] => [`opcode ${opcode}`, [{ opcode }]]),
  ["a length of 2^63", [{ opcode: text, payload: "hi", claims: 2n ** 63n }]],
  ["a length of 2^64-1", [{ opcode: text, payload: "hi", claims: 2n ** 64n - 1n }]],
  ["a length of 2^32", [{ opcode: text, payload: "hi", claims: 2n ** 32n }]],
  ["a length of a gigabyte", [{ opcode: text, payload: "x".repeat(50_000), claims: 2n ** 30n }]],
  ["a ping over 125 bytes", [{ opcode: ping, payload: "x".repeat(126) }]],
  ["a pong over 125 bytes", [{ opcode: pong, payload: "x".repeat(126) }]],
  ["a close over 125 bytes", [{ opcode: close, payload: "x".repeat(200) }]],
  ["a ping in pieces", [{ opcode: ping, payload: "x", fin: false }]],
  ["a continuation of nothing", [{ opcode: continuation, payload: "x" }]],
  ["a message begun inside another", [{ opcode: text, payload: '{"m', fin: false }, chat("hi")]],
  ["text that is not UTF-8", [{ opcode: text, payload: Buffer.of(0x22, 0xff, 0xfe, 0x22) }]],
  ["overlong UTF-8", [{ opcode: text, payload: Buffer.of(0x22, 0xc0, 0xaf, 0x22) }]],
  ["half a surrogate pair in UTF-8", [{ opcode: text, payload: Buffer.of(0x22, 0xed, 0xa0, 0x80, 0x22) }]],
  ["a binary message", [{ opcode: binary, payload: '{"mtype":0}' }]],
  ["a message over 16 KiB", [chat("x".repeat(17_000))]],
  ["a message over 16 KiB in pieces", pieces("x".repeat(20_000), 1_000)],
  ["a message of a megabyte", [chat("x".repeat(1_000_000))]],
  ["HTTP where frames belong", [Buffer.from("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".repeat(10))]],
  ["a close of one byte", [{ opcode: close, payload: "x" }]],
  ["a close without a code", [{ opcode: close }]],
  ["a close with a code that is none", [{ opcode: close, payload: Buffer.of(0, 1) }]],
]

function pieces(message: string, size: number): RawFrame[] {
  const parts = message.match(new RegExp(`.{1,${size}}`, "gs")) ?? []
  return parts.map((payload, at) => ({ opcode: at === 0 ? text : continuation, payload, fin: at === parts.length - 1 }))
}

test("what is no websocket frame ends the socket that sent it, and disturbs nobody else", async () => {
  await using scene = await setScene()
  const others = await company(scene)
  for (const [what, frames] of offences) {
    const socket = await others.enters()
    socket.say(...frames)
    expect([what, await socket.until(() => socket.gone)]).toEqual([what, true])
    await others.talks()
  }
  await others.missedNothing()
  await scene.isSound()
})

test("frames in pieces, with pings between and one byte at a time, are read as one message", async () => {
  await using scene = await setScene()
  const others = await company(scene)
  const socket = await others.enters()
  const [first, ...rest] = pieces('{"mtype":1,"msg":"piece by piece"}', 5)
  if (!first) throw new Error("there is no piece")
  socket.say(first, { opcode: ping, payload: "still there?" }, ...rest)
  expect(await socket.until(() => socket.heard.some(({ msg }) => msg === "piece by piece"))).toBe(true)
  for (const byte of frameBytes(chat("byte by byte"))) socket.tcp.write(Buffer.of(byte))
  expect(await socket.until(() => socket.heard.some(({ msg }) => msg === "byte by byte"))).toBe(true)
  socket.tcp.destroy()
  await others.talks()
  await others.missedNothing()
  await scene.isSound()
})

test("frames of any kind end their own socket at most", async () => {
  await using scene = await setScene()
  const others = await company(scene)
  const frame: fc.Arbitrary<RawFrame> = fc.record(
    {
      opcode: fc.oneof(fc.constantFrom(0, 1, 1, 1, 2, 8, 9, 10), fc.nat(15)),
      payload: fc.oneof(
        hostileText,
        fc.json(),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      ),
      fin: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.boolean()),
      reserved: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat(7)),
      masked: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.boolean()),
      claims: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    },
    { requiredKeys: ["opcode", "payload", "fin", "reserved", "masked"] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 6 }), async (frames) => {
      const socket = await others.enters()
      socket.say(...frames, echo)
      // A frame that claims more than was sent is waited for, so silence is in order too.
      await socket.until(() => socket.heard.some(({ mtype }) => mtype === 0) || socket.gone, 20)
      socket.tcp.destroy()
      await others.talks()
    }),
    { numRuns: 300, interruptAfterTimeLimit: 3_000 },
  )
  await others.missedNothing()
  await scene.isSound()
})

const nonsense = [
  ...[
    "",
    " ",
    "{",
    "}",
    "null",
    "true",
    "1",
    '"text"',
    "[]",
    '[{"mtype":1,"msg":"hi"}]',
    "{}",
    "\ufeff{}",
    "NaN",
    "{'mtype':1}",
  ],
  ...[
    '{"mtype":"1","msg":"hi"}',
    '{"mtype":1.5}',
    '{"mtype":-1}',
    '{"mtype":1e999}',
    '{"mtype":null}',
    '{"mtype":[1]}',
  ],
  ...[
    '{"mtype":2}',
    '{"mtype":4,"err":0}',
    '{"mtype":5}',
    '{"mtype":18,"uid":1}',
    '{"mtype":1020}',
    '{"mtype":9007199254740993}',
  ],
  ...[
    '{"mtype":1}',
    '{"mtype":1,"msg":null}',
    '{"mtype":1,"msg":true}',
    '{"mtype":1,"msg":["hi"]}',
    '{"mtype":1,"msg":{}}',
  ],
  ...['{"mtype":1,"msg":""}', '{"mtype":1,"msg":"  "}', '{"mtype":1,"msg":"\\u0000"}', '{"mtype":1,"msg":"\\ud800"}'],
  ...['{"__proto__":{"mtype":1,"msg":"hi"}}', '{"constructor":{"mtype":1}}', '{"mtype":{"toString":1,"valueOf":1}}'],
  ...[`{"mtype":1,"msg":"${"x".repeat(201)}"}`, `{"mtype":1,"msg":"${"x".repeat(16_000)}"}`],
  ...[
    deepList(8_000),
    deepObject(2_500),
    `{"mtype":1,"msg":${deepList(8_000)}}`,
    `{"mtype":${deepObject(2_500)}}`,
    "[".repeat(16_384),
  ],
]

test("a message that means nothing gets the error frame, and the socket goes on", async () => {
  await using scene = await setScene()
  const others = await company(scene)
  const socket = await others.enters()
  let refused = 0
  const errors = () => socket.heard.filter(({ mtype }) => mtype === 4)
  for (const payload of nonsense) {
    socket.say({ opcode: text, payload })
    refused += 1
    expect([payload.slice(0, 80), await socket.until(() => errors().length === refused)]).toEqual([
      payload.slice(0, 80),
      true,
    ])
    expect([10, 30]).toContain(errors().at(-1)?.["err"] as number)
  }
  socket.say(chat("now in earnest"))
  expect(await socket.until(() => socket.heard.some(({ msg }) => msg === "now in earnest"))).toBe(true)
  await others.talks()
  await others.missedNothing()
  await scene.isSound()
})

test("messages of any JSON are said, answered or refused", async () => {
  await using scene = await setScene()
  const others = await company(scene)
  const socket = await others.enters()
  const message = fc.oneof(
    fc.json({ maxDepth: 5 }),
    fc
      .record({ mtype: fc.oneof(fc.nat(70), fc.jsonValue()), msg: fc.oneof(hostileText, fc.jsonValue()) })
      .map((it) => JSON.stringify(it)),
  )
  await fc.assert(
    fc.asyncProperty(message, async (payload) => {
      if (Buffer.byteLength(payload) > 16_000) return
      const before = socket.heard.length
      socket.say({ opcode: text, payload })
      expect(await socket.until(() => socket.heard.length > before)).toBe(true)
      expect([0, 1, 3, 4]).toContain(socket.heard.at(-1)?.["mtype"] as number)
    }),
    { numRuns: 1_000, interruptAfterTimeLimit: 2_000 },
  )
  await others.talks()
  await others.missedNothing()
  await scene.isSound()
})

test("a flood ends the socket it comes from, and the others go on talking", async () => {
  await using scene = await setScene({ RATE_LIMITS: "on" })
  const others = await company(scene)
  const floods: RawFrame[] = [
    chat("spam"),
    { opcode: text, payload: '{"mtype":3}' },
    { opcode: text, payload: "{" },
    echo,
  ]
  for (const frame of floods) {
    const socket = await others.enters()
    const bytes = frameBytes(frame)
    socket.say(...Array.from({ length: 5_000 }, () => bytes))
    expect(await socket.until(() => socket.gone)).toBe(true)
    expect(socket.closeCode).toBe(1008)
    await others.talks()
  }
  await others.missedNothing()
  await scene.isSound()
})
