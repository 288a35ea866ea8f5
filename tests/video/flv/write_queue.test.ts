import { expect, test } from "bun:test"
import { WriteQueue } from "../../../src/video/flv/write_queue.ts"

/** A connection that takes so many bytes more. */
function connection(room: number) {
  const taken: Uint8Array[] = []
  let left = room
  const queue = new WriteQueue((bytes) => {
    taken.push(bytes)
    left -= bytes.length
    return left > 0
  })
  const makesRoom = (bytes: number) => {
    left = bytes
    queue.drain()
  }
  return { queue, taken, makesRoom, size: () => taken.reduce((sum, { length }) => sum + length, 0) }
}

const film = Uint8Array.from({ length: 1_000_000 }, (_, n) => n >> 8)

test("a connection that takes nothing is handed a small piece alone, and the rest waits without a copy", () => {
  const { queue, makesRoom, taken, size } = connection(0)
  queue.write(film)
  queue.write(film)
  expect([size(), queue.bytes]).toEqual([0, 2 * film.length])
  makesRoom(1)
  expect([size(), queue.bytes]).toEqual([128 * 1024, 2 * film.length - 128 * 1024])
  expect(taken.every(({ buffer }) => buffer === film.buffer)).toBe(true)
})

test("everything comes once and in order, however the connection takes it", () => {
  const { queue, makesRoom, taken } = connection(0)
  const small = film.subarray(7, 100)
  for (const bytes of [film, small, film]) queue.write(bytes)
  while (queue.bytes > 0) makesRoom(300_000)
  queue.write(small)
  makesRoom(1_000)
  expect(Buffer.concat(taken).equals(Buffer.concat([film, small, film, small]))).toBe(true)
})
