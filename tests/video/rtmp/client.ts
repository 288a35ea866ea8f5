import { connect, type Socket } from "node:net"
import { type AmfObject, type AmfValue, readAmf, writeAmf } from "../../../src/video/rtmp/amf0.ts"
import { ChunkReader } from "../../../src/video/rtmp/chunk_reader.ts"
import { encodeMessage, sentChunkSize } from "../../../src/video/rtmp/chunk_writer.ts"
import { setChunkSize } from "../../../src/video/rtmp/control.ts"
import { type Message, mediaStream, messageType } from "../../../src/video/rtmp/message.ts"
import { Record } from "../../realtime/record.ts"

const blockSize = 1_536

/** A command that the server sent. */
export interface Heard {
  name: string
  transaction: AmfValue
  values: AmfValue[]
}

/** An RTMP client on bare TCP, which does only what it is told, also what no decent client does. */
export class RtmpClient {
  /** Every message, in order; the end of the server's side of the connection is of type -1. */
  readonly got = new Record<Message>()
  /** The server has sent its FIN. */
  readonly ended: Promise<void>
  /** The connection is closed in both directions, whoever did it. */
  readonly closed: Promise<void>
  /** What the server sent in answer to the handshake. */
  handshake: Buffer = Buffer.alloc(0)
  private readonly reader = new ChunkReader(64 * 1_024 * 1_024)
  private transaction = 0

  private constructor(readonly socket: Socket) {
    socket.on("error", () => {})
    socket.on("data", (bytes) => this.take(Buffer.from(bytes)))
    this.ended = new Promise((resolve) => socket.once("end", resolve))
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()))
    for (const event of ["end", "close"]) {
      socket.once(event, () => this.got.add({ type: -1, timestamp: 0, streamId: 0, body: Buffer.alloc(0) }))
    }
  }

  /** A TCP connection and nothing more. */
  static open(port: number): Promise<RtmpClient> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true })
    return new Promise((resolve, reject) => {
      socket.once("error", reject)
      socket.once("connect", () => resolve(new RtmpClient(socket)))
    })
  }

  /** A connection that has shaken hands and been let in to an application. */
  static async connect(port: number, app = "live", more: AmfObject = {}): Promise<RtmpClient> {
    const client = await RtmpClient.open(port)
    client.shakeHands()
    client.call("connect", { app, tcUrl: `rtmp://127.0.0.1/${app}`, ...more })
    await client.hears("_result")
    return client
  }

  shakeHands(): void {
    this.socket.write(Buffer.concat([Buffer.of(3), Buffer.alloc(blockSize, 7), Buffer.alloc(blockSize, 8)]))
    this.socket.write(setChunkSize(sentChunkSize))
  }

  /** @returns the transaction */
  call(name: string, ...values: AmfValue[]): number {
    this.transaction += 1
    this.say(messageType.command, writeAmf(name, this.transaction, ...values))
    return this.transaction
  }

  say(type: number, body: Uint8Array, timestamp = 0): void {
    this.socket.write(encodeMessage({ type, timestamp, streamId: mediaStream, body }))
  }

  /** Asks to publish, and waits for the answer's code. */
  async publishes(stream: string): Promise<string> {
    this.call("createStream", null)
    this.call("publish", null, stream, "live")
    return this.status()
  }

  /** Asks to play, and waits for the answer's code. */
  async plays(stream: string): Promise<string> {
    this.call("createStream", null)
    this.call("play", null, stream, -1)
    return this.status()
  }

  /** The first command of that name, now or later. @throws when the connection ends without it */
  async hears(name: string): Promise<Heard> {
    const message = await this.got.until((one) => one.type === -1 || heard(one)?.name === name)
    const command = heard(message)
    if (!command) throw new Error(`${name} did not come, but: ${this.said().join(", ")}`)
    return command
  }

  /** The code of the first status that is no mere `Play.Reset`. */
  async status(): Promise<string> {
    const told = (one: Message) => codeOf(one) !== undefined && codeOf(one) !== "NetStream.Play.Reset"
    return codeOf(await this.got.until((one) => one.type === -1 || told(one))) ?? "the connection ended"
  }

  /** The names of all commands that came, a status by its code. */
  said(): string[] {
    return this.got.items.flatMap((message) => codeOf(message) ?? heard(message)?.name ?? [])
  }

  leave(): void {
    this.socket.destroy()
  }

  private take(bytes: Buffer) {
    let rest: Uint8Array = bytes
    const missing = 1 + 2 * blockSize - this.handshake.length
    if (missing > 0) {
      this.handshake = Buffer.concat([this.handshake, bytes.subarray(0, missing)])
      rest = bytes.subarray(missing)
    }
    for (let at = 0; at < rest.length; at += 65_536) {
      this.reader.push(rest.subarray(at, at + 65_536))
      for (let message = this.reader.next(); message; message = this.reader.next()) this.got.add(message)
    }
  }
}

function heard({ type, body }: Message): Heard | undefined {
  if (type !== messageType.command) return undefined
  const [name, transaction, ...values] = readAmf(body)
  return { name: String(name), transaction, values }
}

function codeOf(message: Message): string | undefined {
  const command = heard(message)
  if (command?.name !== "onStatus") return undefined
  const [, status] = command.values
  return String((status as AmfObject)["code"])
}
