import { type AmfObject, writeAmf } from "../../src/video/rtmp/amf0.ts"
import { messageType } from "../../src/video/rtmp/message.ts"
import type { RtmpClient } from "../video/rtmp/client.ts"

type Greeting = (client: RtmpClient) => void

const { command, amf3Command, data } = messageType
const connecting =
  (object: AmfObject): Greeting =>
  (client) =>
    void client.call("connect", object)
const saying =
  (bytes: Uint8Array | string, type: number = command): Greeting =>
  (client) =>
    client.say(type, Buffer.from(bytes as string, "latin1"))

const start = writeAmf("connect", 1)
const value = (...bytes: number[]) => saying(Buffer.concat([start, Buffer.from(bytes)]))

const addresses = [
  "",
  "rtmp://",
  "rtmp://[",
  "rtmp://%",
  "http://a:b@c:99999/live",
  "live\0",
  "\ud800",
  "é".repeat(9_000),
]

/** What no decent client says after the handshake. */
export const greetings: Greeting[] = [
  ...addresses.map((tcUrl) => connecting({ app: "live", tcUrl })),
  ...addresses.map((app) => connecting({ app, tcUrl: "rtmp://127.0.0.1/live" })),
  ...[7, null, true, ["live"], { app: "live" }, new Date(Number.NaN)].flatMap((odd) => [
    connecting({ app: odd, tcUrl: "rtmp://127.0.0.1/live" }),
    connecting({ app: "live", tcUrl: odd }),
  ]),
  connecting(JSON.parse('{"__proto__": {"app": "live"}, "constructor": "x", "app": "live/../admin"}')),
  (client) => void client.call("connect"),
  (client) => void client.call("connect", null, "live"),
  (client) => void client.call("__proto__", { app: "live" }),
  (client) => void client.call("play", null, "1"),
  (client) => {
    client.call("connect", { app: "live", tcUrl: "rtmp://127.0.0.1/live" })
    for (const name of ["", "..", "a/b", "\0", "1?".repeat(3_000), "9".repeat(200)]) client.call("publish", null, name)
  },
  // Values cut short, of lengths nobody sends, of types that are not there.
  value(2, 255, 255, 65),
  value(12, 255, 255, 255, 255, 65),
  value(3, 0, 9, 97),
  value(8, 255, 255, 255, 255, 0, 0, 9),
  value(10, 255, 255, 255, 255),
  value(0, 0),
  value(7, 0, 0),
  value(17, 10, 11, 1),
  value(11, 127, 248, 0, 0, 0, 0, 0, 0, 0, 0),
  value(...Array(5_000).fill([3, 0, 1, 97]).flat()),
  value(...Array(60_000).fill(5)),
  saying(""),
  saying("\x05"),
  saying("\0", amf3Command),
  saying("\x11\x0a\x0b\x01", amf3Command),
  saying("garbage", data),
  // The protocol's own messages: no chunk size, an abort of nothing, half a message, windows of nothing.
  saying("\0\0\0\0", messageType.setChunkSize),
  saying("\xff\xff\xff\xff", messageType.setChunkSize),
  saying("\0", messageType.abort),
  saying("", messageType.windowSize),
  saying("\0\0\0\0", messageType.windowSize),
  saying("\0", messageType.userControl),
  saying("\x16\0\0\0", messageType.aggregate),
  // Chunks of no stream, and a length that is never sent.
  (client) => client.socket.write(Buffer.of(0xff, 0xff, 0xff)),
  (client) => client.socket.write(Buffer.of(3, 0, 0, 0, 255, 255, 255, command, 0, 0, 0, 0)),
  (client) => client.socket.write(Buffer.alloc(100_000, 0xab)),
  (client) => client.socket.write("GET /live/1.flv HTTP/1.1\r\nHost: mili\r\n\r\n"),
]
