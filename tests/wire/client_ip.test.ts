import { expect, test } from "bun:test"
import { clientIp } from "../../src/wire/client_ip.ts"

const config = { trustedProxies: ["10.0.0.1", "10.0.0.2"] }

test.each([
  ["203.0.113.7", undefined, "203.0.113.7"],
  ["::ffff:203.0.113.7", undefined, "203.0.113.7"],
  ["203.0.113.7", "1.1.1.1", "203.0.113.7"],
  ["10.0.0.1", "203.0.113.7", "203.0.113.7"],
  ["10.0.0.1", "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"],
  ["10.0.0.1", undefined, "10.0.0.1"],
  ["10.0.0.1", "10.0.0.2", "10.0.0.1"],
])("connected from %p, forwarded for %p: the caller is %p", (connected, forwarded, caller) => {
  expect(clientIp(config, connected, forwarded)).toBe(caller)
})
