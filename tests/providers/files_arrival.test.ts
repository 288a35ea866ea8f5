import { expect, test } from "bun:test"
import { arriving, Incomplete, TooLong } from "../../src/providers/files/arrival.ts"

const second = 1_000

/** A body that comes in so many chunks of so many bytes, with so many milliseconds before each; and what becomes of it. */
async function arrives(chunks: number, bytes: number, pause: number, bytesMost = Number.MAX_SAFE_INTEGER) {
  let now = 0
  async function* body() {
    for (let n = 0; n < chunks; n++) {
      now += pause
      yield new Uint8Array(bytes)
    }
  }
  let came = 0
  try {
    for await (const chunk of arriving(body(), bytesMost, () => now)) came += chunk.length
    return { came, after: now }
  } catch (error) {
    return { came, after: now, error }
  }
}

test("a phone on a bad line is waited for", async () => {
  const bytes = 40 * 8_192
  expect(await arrives(40, 8_192, 1 * second)).toEqual({ came: bytes, after: 40 * second })
  // Silent at first, and now and then.
  expect(await arrives(2, 8_192, 16 * second)).toEqual({ came: 2 * 8_192, after: 32 * second })
})

test("whoever sends in drops to hold a place is let go after half a minute", async () => {
  const { error, after } = await arrives(10_000, 1, 5 * second)
  expect(error).toBeInstanceOf(Incomplete)
  expect(after).toBeLessThanOrEqual(35 * second)
})

test("nobody may take longer than a quarter of an hour", async () => {
  const { error, after } = await arrives(10_000, 8_192, 1 * second)
  expect(error).toBeInstanceOf(Incomplete)
  expect(after).toBe(901 * second)
})

test("what is too long ends there", async () => {
  const { error, came } = await arrives(10, 100, 0, 250)
  expect(error).toBeInstanceOf(TooLong)
  expect(came).toBe(200)
  expect(await arrives(0, 0, 0, 0)).toEqual({ came: 0, after: 0 })
})
