import { expect, test } from "bun:test"
import { asSocket, pushParts, pushSocketOf, reachable } from "../../src/demo/page/player/address.ts"

const home = { origin: "http://192.168.1.5:3000", hostname: "192.168.1.5" }
const site = { origin: "https://live.example.com", hostname: "live.example.com" }

test.each([
  ["http://localhost:3000/live/7.flv?e=1", home, "http://192.168.1.5:3000/live/7.flv?e=1"],
  ["http://localhost:3000/live/7.flv?e=1", site, "https://live.example.com/live/7.flv?e=1"],
  ["rtmp://localhost:1935/live/7?e=1", home, "rtmp://192.168.1.5:1935/live/7?e=1"],
  ["rtmp://localhost/live/7", site, "rtmp://live.example.com/live/7"],
  ["https://localhost.example.com/live/7.flv", home, "https://localhost.example.com/live/7.flv"],
  ["http://video.example.com/live/7.flv", home, "http://video.example.com/live/7.flv"],
  ["", home, ""],
])("%s seen from %p is %s", (address, from, seen) => expect(reachable(address, from)).toBe(seen))

test("FLV over a websocket keeps to TLS where HTTP does", () => {
  expect(asSocket("http://a/live/7.flv")).toBe("ws://a/live/7.flv")
  expect(asSocket("https://a/live/7.flv")).toBe("wss://a/live/7.flv")
})

test("a push address is cut as OBS wants it, whatever its query has in it", () => {
  expect(pushParts("rtmp://a:1935/live/7?e=1&key=x/y")).toEqual({ server: "rtmp://a:1935/live", key: "7?e=1&key=x/y" })
})

test("a browser publishes to the push address at the server its page came from", () => {
  const address = "rtmp://live.example.com:1935/live/7?e=1&key=a/b"
  expect(pushSocketOf(address, { origin: "https://www.example.com" })).toBe("wss://www.example.com/live/7?e=1&key=a/b")
  expect(pushSocketOf(address, { origin: "http://10.0.0.5:3000" })).toBe("ws://10.0.0.5:3000/live/7?e=1&key=a/b")
})
