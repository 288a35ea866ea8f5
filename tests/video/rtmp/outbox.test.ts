import { expect, test } from "bun:test"
import fc from "fast-check"
import { Outbox } from "../../../src/video/rtmp/outbox.ts"

/** A socket that takes as many bytes as it is told to. */
class Outlet {
  readonly taken: Buffer[] = []
  writes = 0
  hasEnded = false

  constructor(public room: number) {}

  write(bytes: Uint8Array): number {
    if (this.room < 0) return -1
    this.writes += 1
    const size = Math.min(this.room, bytes.length)
    this.taken.push(Buffer.from(bytes.subarray(0, size)))
    this.room -= size
    return size
  }

  shutdown() {
    this.hasEnded = true
  }
}

const turn = () => Promise.resolve()

test("everything arrives in order, whatever the socket takes at a time, and is counted until then", async () => {
  const anySize = fc.oneof(fc.nat(300), fc.constantFrom(0, 16_383, 16_384, 70_000))
  await fc.assert(
    fc.asyncProperty(
      fc.array(anySize, { maxLength: 30 }),
      fc.array(fc.nat(50_000), { maxLength: 20 }),
      async (sizes, rooms) => {
        const outlet = new Outlet(0)
        const outbox = new Outbox(outlet, () => 0)
        const buffers = sizes.map((size, n) => Buffer.alloc(size, n + 1))
        const whole = Buffer.concat(buffers)
        for (const [n, buffer] of buffers.entries()) {
          outbox.write(buffer)
          if (n % 3 === 0) await turn()
        }
        await turn()
        for (const room of [...rooms, Number.POSITIVE_INFINITY]) {
          outlet.room = room
          outbox.drained()
          const out = Buffer.concat(outlet.taken)
          expect(out.equals(whole.subarray(0, out.length))).toBe(true)
          expect(outbox.bytes).toBe(whole.length - out.length)
        }
        expect(outbox.bytes).toBe(0)
        expect(outlet.hasEnded).toBe(false)
      },
    ),
  )
})

test("small buffers of one turn share a write, large ones are not copied", async () => {
  const outlet = new Outlet(Number.POSITIVE_INFINITY)
  const outbox = new Outbox(outlet, () => 0)
  for (let n = 0; n < 10; n++) outbox.write(Buffer.alloc(1_000))
  await turn()
  expect(outlet.writes).toBe(1)
  for (let n = 0; n < 10; n++) outbox.write(Buffer.alloc(20_000))
  await turn()
  expect(outlet.writes).toBe(11)
})

test("the end comes after everything, and nothing after the end", async () => {
  const outlet = new Outlet(5)
  const outbox = new Outbox(outlet, () => 0)
  outbox.write(Buffer.from("hello world"))
  outbox.end()
  outbox.write(Buffer.from("!"))
  await turn()
  expect(outlet.hasEnded).toBe(false)
  outlet.room = 100
  outbox.drained()
  expect(outlet.hasEnded).toBe(true)
  expect(Buffer.concat(outlet.taken).toString()).toBe("hello world")
})

test("nothing is kept for a socket that is closed", async () => {
  const outbox = new Outbox(new Outlet(-1), () => 0)
  outbox.write(Buffer.alloc(100))
  await turn()
  expect(outbox.bytes).toBe(0)
  outbox.write(Buffer.alloc(100))
  expect(outbox.bytes).toBe(0)
})

test("it tells when the socket last took something", async () => {
  let now = 1
  const outlet = new Outlet(10)
  const outbox = new Outbox(outlet, () => now)
  outbox.write(Buffer.alloc(30))
  await turn()
  now = 2
  outbox.drained()
  expect(outbox.movedAt).toBe(1)
  now = 3
  outlet.room = 1
  outbox.drained()
  expect(outbox.movedAt).toBe(3)
})
