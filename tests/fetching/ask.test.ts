import { expect, test } from "bun:test"
import { ask, Unanswered } from "../../src/fetching/ask.ts"

/** A vendor that answers every question so. */
const vendor = (answer: () => Response) => Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer })

const unanswered = async (question: Promise<unknown>): Promise<Unanswered> => {
  const error = await question.then(
    () => new Error("it was answered"),
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(Unanswered)
  return error
}

test("an answer that unfolds into more than is read ends where too much of it was read", async () => {
  const packed = Bun.gzipSync(new Uint8Array(50_000_000))
  const headers = { "content-encoding": "gzip" }
  await using bomb = vendor(() => new Response(packed, { headers }))
  expect(packed.length).toBeLessThan(65_536)
  const error = await unanswered(ask("The vendor", bomb.url.href, {}, 5_000))
  expect([error.message, error.unheard]).toEqual(["The vendor answered with too much", false])
})

test("an answer may be longer where that is said", async () => {
  await using talker = vendor(() => new Response("x".repeat(100_000)))
  const asked = (most?: number) => ask("The vendor", talker.url.href, {}, 5_000, most)
  expect((await unanswered(asked())).message).toBe("The vendor answered with too much")
  expect((await asked(100_000)).body).toHaveLength(100_000)
})

test("an answer that comes in drops ends in time, its own or that of several questions", async () => {
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    await Bun.sleep(10)
    controller.enqueue(new Uint8Array([32]))
  }
  await using slow = vendor(() => new Response(new ReadableStream({ pull })))
  expect((await unanswered(ask("The vendor", slow.url.href, {}, 200))).message).toBe(
    "The vendor did not answer in 200 ms",
  )
  const together = ask("The vendor", slow.url.href, {}, AbortSignal.timeout(200))
  expect((await unanswered(together)).message).toBe("The vendor did not answer in time")
})

test("a vendor that sends elsewhere is not followed", async () => {
  let followed = 0
  await using elsewhere = vendor(() => {
    followed++
    return new Response("a secret")
  })
  await using astray = vendor(() => new Response(null, { status: 307, headers: { location: elsewhere.url.href } }))
  await unanswered(ask("The vendor", astray.url.href, { method: "POST", body: "code=012345" }, 5_000))
  expect(followed).toBe(0)
})
