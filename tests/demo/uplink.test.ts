import { expect, test } from "bun:test"
import { createServer, type Socket } from "node:net"
import { audioTags, type EncodedMedia, type Tag, videoTags } from "../../src/demo/page/broadcast/flv.ts"
import { openUplink, type Uplink } from "../../src/demo/page/broadcast/uplink.ts"
import { FlvTagReader } from "../../src/video/flv/tag_reader.ts"
import { Record } from "../realtime/record.ts"

/** A server of websockets that welcomes, and reads when it is told. */
class Quay implements AsyncDisposable {
  /** Every tag that came: the connection's number, the kind, the first two bytes of the body and its last one. */
  readonly tags = new Record<string>()
  readonly sockets: Socket[] = []
  received = 0
  /** The marks of all pictures, and of the key frames among them. */
  readonly videoNumbers: number[] = []
  readonly keyNumbers = new Set<number>()
  smallPictures = 0
  private readonly server = createServer((socket) => this.greet(socket))

  static async open(): Promise<Quay> {
    const quay = new Quay()
    await new Promise<void>((resolve) => quay.server.listen(0, "127.0.0.1", resolve))
    return quay
  }

  get address(): string {
    return `ws://127.0.0.1:${(this.server.address() as { port: number }).port}/live/7`
  }

  async [Symbol.asyncDispose]() {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private note(connection: number, kind: string, body: Uint8Array) {
    const mark = body.at(-1) ?? 0
    if (kind === "video" && body[1] === 1) this.videoNumbers.push(mark)
    if (kind === "video" && body.length < 1_000) this.smallPictures += 1
    if (kind === "video" && body[0] === 0x17) this.keyNumbers.add(mark)
    this.tags.add(`${connection} ${kind} ${body.subarray(0, 2).toHex()} ${mark}`)
  }

  private greet(socket: Socket) {
    const number = this.sockets.push(socket)
    const reader = new FlvTagReader(2 ** 24)
    let waiting = Buffer.alloc(0)
    let isGreeted = false
    socket.on("error", () => {})
    socket.on("data", (bytes: Buffer) => {
      this.received += bytes.length
      waiting = Buffer.concat([waiting, bytes])
      const end = waiting.indexOf("\r\n\r\n")
      if (!isGreeted && end >= 0) {
        isGreeted = true
        const key = /sec-websocket-key: (\S+)/i.exec(waiting.subarray(0, end).toString())?.[1] ?? ""
        const accept = new Bun.CryptoHasher("sha1")
          .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest("base64")
        socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`)
        socket.write(`Sec-WebSocket-Accept: ${accept}\r\n\r\n`)
        socket.write(Buffer.concat([Buffer.of(0x81, 10), Buffer.from("publishing")]))
        waiting = waiting.subarray(end + 4)
      }
      for (let message = next(); message; message = next()) {
        for (const { kind, body } of reader.take(message)) this.note(number, kind, body)
      }
    })
    /** A masked frame of the client's. */
    const next = (): Buffer | undefined => {
      const short = (waiting[1] ?? 0) & 127
      const head = short < 126 ? 2 : 4
      if (!isGreeted || waiting.length < head + 4) return undefined
      const size = short < 126 ? short : waiting.readUInt16BE(2)
      // The client's own last word is no tag.
      if (((waiting[0] ?? 0) & 15) === 8) return undefined
      if (waiting.length < head + 4 + size) return undefined
      const mask = waiting.subarray(head, head + 4)
      const message = Buffer.from(
        waiting.subarray(head + 4, head + 4 + size).map((byte, at) => byte ^ (mask[at % 4] ?? 0)),
      )
      waiting = waiting.subarray(head + 4 + size)
      return message
    }
  }
}

/** What an encoder gives, filled with a mark. */
const media = (isKey: boolean, { size = 100, mark = 0, config }: Partial<Filling> = {}): EncodedMedia => ({
  at: 0,
  isKey,
  data: new Uint8Array(size).fill(mark),
  config,
})

interface Filling {
  size: number
  mark: number
  config: Uint8Array
}

const configured = Uint8Array.of(1, 2, 3)
const sendAll = (uplink: Uplink, tags: Tag[]) => {
  for (const tag of tags) uplink.send(tag)
}

async function connected(quay: Quay) {
  const opened = new Record<string>()
  const uplink = openUplink(quay.address, {
    opened: () => opened.add("opened"),
    ended: (how) => opened.add(how),
  })
  await opened.until((word) => word === "opened")
  return { uplink, opened }
}

test("a slow way loses pictures up to a key frame, and the browser holds no more than a bound", async () => {
  await using quay = await Quay.open()
  const { uplink } = await connected(quay)
  sendAll(uplink, videoTags(media(true, { config: configured })))
  await quay.tags.until((tag) => tag === "1 video 1701 0")
  const [socket] = quay.sockets
  socket?.pause()
  const frames = 600
  const size = 50_000
  const films = (n: number, bytes: number) => {
    sendAll(uplink, videoTags(media(n % 100 === 0, { size: bytes, mark: n % 256 })))
    sendAll(uplink, audioTags(media(true)))
  }
  for (let n = 1; n <= frames; n++) {
    films(n, size)
    await new Promise(setImmediate)
  }
  socket?.resume()
  let next = frames
  const turn = setInterval(() => films(++next, 100), 1)
  // Those come when the way is free again.
  await quay.tags.until(() => quay.smallPictures > 200)
  clearInterval(turn)
  const { videoNumbers, keyNumbers } = quay
  const leaps = videoNumbers.slice(1).filter((number, at) => number !== ((videoNumbers[at] ?? 0) + 1) % 256)
  expect(leaps.length).toBeGreaterThan(0)
  expect(leaps.filter((number) => !keyNumbers.has(number))).toEqual([])
  expect(quay.received).toBeLessThan((frames * size) / 2)
  uplink.close()
})

test("a way that breaks is taken again: the configurations first, then nothing before a key frame", async () => {
  await using quay = await Quay.open()
  const { uplink, opened } = await connected(quay)
  sendAll(uplink, audioTags(media(true, { config: configured })))
  sendAll(uplink, videoTags(media(true, { config: configured })))
  await quay.tags.until((tag) => tag === "1 video 1701 0")
  quay.sockets[0]?.destroy()
  const turn = setInterval(() => sendAll(uplink, videoTags(media(false))), 5)
  await quay.tags.until((tag) => tag === "2 video 1700 3")
  sendAll(uplink, videoTags(media(true)))
  await quay.tags.until((tag) => tag === "2 video 2701 0")
  clearInterval(turn)
  const after = quay.tags.items.filter((tag) => tag.startsWith("2"))
  expect(after.slice(0, 4)).toEqual(["2 audio af00 3", "2 video 1700 3", "2 video 1701 0", "2 video 2701 0"])
  expect(opened.items).toEqual(["opened", "opened"])
  uplink.close()
})

test.each([
  ["refused", "refused"],
  ["another connection took over", "replaced"],
  ["the room is over", "over"],
  ["no media for 15 seconds", "silent"],
  ["more than 8000 kbit/s", "cut"],
])("a server that says “%s” has ended it: %s", async (reason, ending) => {
  await using quay = await Quay.open()
  const { opened } = await connected(quay)
  const close = Buffer.concat([Buffer.of(0x88, 2 + reason.length, 1008 >> 8, 1008 & 255), Buffer.from(reason)])
  quay.sockets[0]?.end(close)
  await opened.until((word) => word === ending)
  expect(quay.sockets.length).toBe(1)
})

test("a server that cannot be reached at all is not asked again", async () => {
  const quay = await Quay.open()
  const { address } = quay
  await quay[Symbol.asyncDispose]()
  const how = await new Promise((resolve) => openUplink(address, { opened() {}, ended: resolve }))
  expect(how).toBe("unreachable")
})
