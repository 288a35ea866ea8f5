import { eq } from "drizzle-orm"
import { rooms } from "../../src/rooms/tables.ts"
import { messageType } from "../../src/video/rtmp/message.ts"
import type { TestApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"
import { frame, keyFrame } from "../video/bodies.ts"
import { RtmpClient } from "../video/rtmp/client.ts"

/** A phone's encoder at the end of a push address, with a picture and a sound that nobody has to decode. */
export class Encoder {
  private at = 0

  private constructor(readonly client: RtmpClient) {}

  /** Connects and asks to publish. @returns the encoder and the server's answer */
  static async at(address: string): Promise<{ encoder: Encoder; answer: string }> {
    const { port, stream } = rtmpParts(address)
    const client = await RtmpClient.connect(port)
    const answer = await client.publishes(stream)
    if (answer !== "NetStream.Publish.Start") client.leave()
    return { encoder: new Encoder(client), answer }
  }

  /** A second of key frames, every one with its configuration. */
  sends(): void {
    const configuration = Buffer.concat([Buffer.of(0x17, 0, 0, 0, 0), avcConfiguration])
    this.client.say(messageType.video, configuration, this.at)
    for (let n = 0; n < 5; n++) {
      this.at += 200
      this.client.say(messageType.video, Buffer.concat([Buffer.of(0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x65, n)]), this.at)
    }
  }

  /** Shows something and ends it, all in one packet of the network. */
  comesAndGoes(): void {
    this.client.socket.cork()
    this.sends()
    this.client.call("deleteStream", null, 1)
    this.client.socket.uncork()
  }

  /**
   * Films on its own, 25 frames a second of so many bytes, until it is told to stop.
   *
   * @param keyFrameEvery frames
   */
  films(bytes: number, keyFrameEvery: number): Disposable {
    const start = performance.now() - this.at
    let count = 0
    const timer = setInterval(() => {
      for (; this.at + 40 <= performance.now() - start; count++) {
        this.at += 40
        const body = count % keyFrameEvery === 0 ? keyFrame(0, bytes) : frame(0, bytes)
        this.client.say(messageType.video, body, this.at)
      }
    }, 20)
    return { [Symbol.dispose]: () => clearInterval(timer) }
  }

  /** A key frame that has some words in it. */
  shows(words: string): void {
    this.at += 200
    this.client.say(messageType.video, keyFrameOf(words), this.at)
  }

  /** Waits until the server hangs up. */
  async isCut(): Promise<void> {
    await this.client.ended
    this.leaves()
  }

  leaves(): void {
    this.client.leave()
  }
}

/** The body of a key frame that nobody has to decode. */
export const keyFrameOf = (words: string) => Buffer.concat([Buffer.of(0x17, 1, 0, 0, 0), Buffer.from(words)])

/** Of baseline profile, 320 by 180. */
const avcConfiguration = Buffer.from(
  "0142c00bffe100186742c00bda05067e7c044000000300400000030283c50aa801000468ce0fc8",
  "hex",
)

/** An address as an RTMP client takes it apart. */
export function rtmpParts(address: string): { port: number; stream: string } {
  const { port, pathname, search } = new URL(address.replace("rtmp:", "http:"))
  return { port: Number(port), stream: pathname.replace("/live/", "") + search }
}

/** Waits until the room's host is, or is not, known to stream. */
export async function isStreaming(app: TestApp, roomId: number, wanted: boolean): Promise<void> {
  const { read } = app.running.app.db
  const seen = () => read.select({ streaming: rooms.streaming }).from(rooms).where(eq(rooms.id, roomId))
  while ((await seen())[0]?.streaming !== wanted) await new Promise(setImmediate)
}

/** Waits until the server has logged a message. */
export async function logs(app: TestApp, message: string): Promise<void> {
  while (!app.logged.some((line) => line.includes(message))) await new Promise(setImmediate)
}

/** The push address of a fresh reservation. */
export async function reserves(host: Phone): Promise<string> {
  const { url } = await host.ok("POST", "/room/live_create")
  return onLoopback(String(url))
}

/** The same address as reached from here. */
export function onLoopback(address: string): string {
  return address.replace("//localhost:", "//127.0.0.1:")
}

/** Whether a room is still on the air. */
export async function isLive(reader: Phone, roomId: number): Promise<boolean> {
  const { RoomList } = await reader.ok("GET", "/list_room")
  return (RoomList as { id: string }[]).some(({ id }) => id === String(roomId))
}

/** Waits until a room that is over can be watched again. @returns where */
export async function replayOf(reader: Phone, roomId: number): Promise<string> {
  while (true) {
    const { info } = await reader.ok("GET", "/room_info", { rid: roomId })
    const { LiveUrl, Statue } = info as { LiveUrl: string; Statue: number }
    if (Statue === 0 && LiveUrl !== "") return LiveUrl
    await new Promise(setImmediate)
  }
}
