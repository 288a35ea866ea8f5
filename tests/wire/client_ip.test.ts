import { expect, test } from "bun:test"
import { parse } from "../../src/config.ts"
import { clientIp, household } from "../../src/wire/client_ip.ts"

const config = parse({ TRUSTED_PROXIES: "10.0.0.0/30, fd00::1" })

test.each([
  ["203.0.113.7", undefined, "203.0.113.7"],
  ["::ffff:203.0.113.7", undefined, "203.0.113.7"],
  ["203.0.113.7", "1.1.1.1", "203.0.113.7"],
  ["10.0.0.1", "203.0.113.7", "203.0.113.7"],
  ["10.0.0.1", "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"],
  ["10.0.0.1", undefined, "10.0.0.1"],
  ["10.0.0.1", "10.0.0.2", "10.0.0.1"],
  ["10.0.0.1", "203.0.113.7:5678", "203.0.113.7"],
  ["fd00::1", "[2001:db8::7]:443", "2001:db8::7"],
  ["10.0.0.1", "unknown", "10.0.0.1"],
])("connected from %p, forwarded for %p: the caller is %p", (connected, forwarded, caller) => {
  expect(clientIp(config, connected, forwarded)).toBe(caller)
})

test("an IPv6 household counts as one caller", () => {
  for (const address of ["2001:db8:0:7::1", "2001:DB8::7:a:b:c:d", "2001:db8:0:7:ffff:ffff:ffff:ffff"]) {
    expect(household(address)).toBe("2001:db8:0:7::/64")
  }
  expect(household("203.0.113.7")).toBe("203.0.113.7")
  expect(household("::1")).toBe("0:0:0:0::/64")
})
