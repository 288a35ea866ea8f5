import { expect, test } from "bun:test"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createStore } from "../../src/providers/files/builtin/store.ts"
import { createSlots } from "../../src/providers/files/slots.ts"
import { createTurns } from "../../src/providers/files/turns.ts"

function openStore() {
  const dir = mkdtempSync(join(tmpdir(), "mili-store-"))
  const drafts = join(dir, "drafts")
  mkdirSync(drafts)
  let count = 0
  const store = createStore(join(dir, "kept"), () => join(drafts, String(++count)))
  return { store, drafts, [Symbol.dispose]: () => rmSync(dir, { recursive: true }) }
}

const bytes = Buffer.from("a picture of a cat")
const name = createHash("sha256").update(bytes).digest("hex")
const never = async () => false

async function all(contents: AsyncIterable<string[]>): Promise<string[]> {
  const found: string[] = []
  for await (const some of contents) found.push(...some)
  return found
}

test("bytes are kept once, under the name of their content, until nobody wants them", async () => {
  using place = openStore()
  const { store, drafts } = place
  expect(await all(store.contents())).toEqual([])
  expect(await store.keep(bytes, async (content) => content)).toBe(name)
  expect(await store.keep(bytes, async (content) => content)).toBe(name)
  expect(await all(store.contents())).toEqual([name])
  expect(await Bun.file(store.pathOf(name)).text()).toBe("a picture of a cat")
  await store.remove(name, async () => true)
  expect(existsSync(store.pathOf(name))).toBe(true)
  await store.remove(name, never)
  await store.remove(name, never)
  expect(existsSync(store.pathOf(name))).toBe(false)
  expect(readdirSync(drafts)).toEqual([])
})

test("what is about to be referred to is not removed meanwhile", async () => {
  using place = openStore()
  const { store } = place
  await store.keep(bytes, async () => {})
  const here = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  let isReferredTo = false
  const keeping = store.keep(bytes, async () => {
    here.resolve()
    await go.promise
    isReferredTo = true
  })
  await here.promise
  const removing = store.remove(name, async () => isReferredTo)
  go.resolve()
  await Promise.all([keeping, removing])
  expect(existsSync(store.pathOf(name))).toBe(true)
})

test("a refusal to refer to them does no harm to whoever comes next", async () => {
  using place = openStore()
  const { store, drafts } = place
  const refused = store.keep(bytes, async () => {
    throw new Error("no")
  })
  const [first, second] = await Promise.allSettled([refused, store.keep(bytes, async (content) => content)])
  expect(first).toMatchObject({ status: "rejected", reason: { message: "no" } })
  expect(second).toEqual({ status: "fulfilled", value: name })
  expect(await store.keep(bytes, async (content) => content)).toBe(name)
  expect(readdirSync(drafts)).toEqual([])
})

test("nothing else is removed", async () => {
  using place = openStore()
  const { store, drafts } = place
  await store.keep(bytes, async () => {})
  for (const content of ["", "..", "../drafts", `../${name}`, name.slice(1), name.toUpperCase()]) {
    await store.remove(content, never)
  }
  expect(await all(store.contents())).toEqual([name])
  expect(existsSync(drafts)).toBe(true)
})

test("slots are given out up to their bounds, and come back", () => {
  const slots = createSlots({ all: 3, each: 2 })
  const first = slots.take("ana")
  const second = slots.take("ana")
  expect(slots.take("ana")).toBeUndefined()
  const third = slots.take("bo")
  expect([first, second, third].every((one) => one)).toBe(true)
  expect(slots.take("cai")).toBeUndefined()
  first?.()
  expect(slots.take("cai")).toBeDefined()
  expect(slots.take("ana")).toBeUndefined()
  second?.()
  expect(slots.take("ana")).toBeDefined()
})

test("work waits for its turn, and a failure gives its turn away", async () => {
  const inTurn = createTurns(2)
  let running = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++running)
    await Promise.resolve()
    running -= 1
    if (running % 2) throw new Error("failed")
  }
  await Promise.allSettled(Array.from({ length: 20 }, () => inTurn(work)))
  expect([most, running]).toEqual([2, 0])
  expect(await inTurn(async () => "done")).toBe("done")
})
