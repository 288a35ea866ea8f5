import { expect, test } from "bun:test"
import { Networks, plainAddress } from "../../../src/video/rtmp/networks.ts"

test("an IPv4 address counts alone, the addresses of one /64 together", () => {
  const networks = new Networks()
  const enter = (address: string) => networks.enter(address, 2)
  expect(["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2"].map(enter)).toEqual([true, true, false, true])
  expect(["2001:db8::1", "2001:db8:0:0:8::", "2001:db8::ffff:1", "2001:db8:0:1::1"].map(enter)).toEqual([
    true,
    true,
    false,
    true,
  ])
  expect(["::1", "::2", "::3"].map(enter)).toEqual([true, true, false])
  networks.leave("2001:db8::ffff:1")
  expect(enter("2001:db8::7")).toBe(true)
})

test("an IPv4 address is told as such, however it came in", () => {
  expect(["::ffff:10.0.0.1", "10.0.0.1", "2001:db8::1"].map(plainAddress)).toEqual([
    "10.0.0.1",
    "10.0.0.1",
    "2001:db8::1",
  ])
})
