import { expect, setDefaultTimeout, test } from "bun:test"
import fc from "fast-check"
import type { Phone } from "../support/phone.ts"
import { type Address, type Scene, setScene, signsInAgain } from "./support/scene.ts"
import {
  asValue,
  boundary,
  escaped,
  hostileName,
  hostileText,
  hostileValue,
  nonsense,
  type Pairs,
  toJson,
  toMultipart,
  toQuery,
  type Value,
} from "./support/values.ts"
import { assertProper, assertProperHead, replyOf } from "./support/verdict.ts"

setDefaultTimeout(240_000)

type Credential = { kind: "good"; of: "ana" | "bo" } | { kind: "none" } | { kind: "bad"; value: Value }

interface Call {
  address: Address
  method: string
  /** What stands where the path has a parameter. */
  segment: string
  credential: Credential
  asBearer: boolean
  place: "query" | "form" | "json" | "multipart" | "files"
  pairs: Pairs
  type: string | undefined
}

const rightTypes = {
  query: undefined,
  form: "application/x-www-form-urlencoded",
  json: "application/json",
  multipart: `multipart/form-data; boundary=${boundary}`,
  files: `multipart/form-data; boundary=${boundary}`,
}

const someMethod = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
const someType = fc.constantFrom("", "text/plain", "application/json", "multipart/form-data", "image/png", "a", ";;;")

function callsOf(scene: Scene): fc.Arbitrary<Call> {
  const names = [...scene.plausible.keys()]
  const plausiblePairs = fc.tuple(
    ...names
      .filter((name) => name !== "uid")
      .map((name) => fc.constantFrom(...(scene.plausible.get(name) ?? [])).map((value) => [name, value] as const)),
  )
  const strangePairs = fc.array(
    fc.tuple(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...names) }, hostileName), hostileValue),
    { maxLength: 4 },
  )
  const credential: fc.Arbitrary<Credential> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("good"), of: fc.constantFrom("ana", "bo") }) },
    fc.constant<Credential>({ kind: "none" }),
    fc.record({ kind: fc.constant("bad"), value: hostileValue }),
  )
  return fc.constantFrom(...scene.addresses).chain((address) =>
    fc.record({
      address: fc.constant(address),
      method: fc.oneof({ weight: 8, arbitrary: fc.constant(address.method) }, someMethod),
      segment: fc.oneof(fc.constantFrom("0", String(scene.roomId), "%", "%zz", "%C0%80", ""), hostileText.map(escaped)),
      credential,
      asBearer: fc.boolean(),
      place: fc.constantFrom("query", "form", "json", "multipart", "files"),
      pairs: fc.tuple(fc.option(plausiblePairs), strangePairs, fc.boolean()).map(([likely, strange, first]) => {
        // Of a name given twice the first counts, save in JSON, where the last does.
        const without = (likely ?? []).filter(([name]) => first || !strange.some(([other]) => other === name))
        return [...strange, ...without] as Pairs
      }),
      type: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, someType),
    }),
  )
}

async function make({ app, ana, bo }: Scene, call: Call): Promise<Response> {
  const { address, method, segment, credential, asBearer, place, pairs } = call
  const headers = new Headers()
  const token = credential.kind === "good" ? asValue(credential.of === "ana" ? ana.token : bo.token) : undefined
  if (token && asBearer) headers.set("Authorization", `Bearer ${token.text}`)
  const given: Pairs = pairs.filter(([name]) => credential.kind === "bad" || name !== "token")
  if (token && !asBearer) given.push(["token", token])
  if (credential.kind === "bad") given.push(["token", credential.value])

  const caller = credential.kind === "good" && credential.of === "ana" ? ana : bo
  if (!given.some(([name]) => name === "uid")) given.push(["uid", asValue(String(caller.uid))])

  const url = `${app.url}${address.path.replace(/:\w+/g, () => segment.slice(0, 2_000))}`
  const query = toQuery(given).slice(0, 8_000)
  if (method === "GET" || method === "HEAD") return fetch(`${url}?${query}`, { method, headers })
  const type = call.type ?? rightTypes[place]
  if (type !== undefined) headers.set("Content-Type", type)
  if (place === "query") return fetch(`${url}?${query}`, { method, headers })
  return fetch(url, { method, headers, body: bodyIn(place, given) })
}

function bodyIn(place: Exclude<Call["place"], "query">, given: Pairs): string {
  if (place === "form") return toQuery(given)
  if (place === "json") return toJson(given)
  return toMultipart(given, { asFiles: place === "files" })
}

async function keepsItsCountenance(scene: Scene, call: Call): Promise<void> {
  const reply = await replyOf(await make(scene, call))
  if (call.method === "HEAD") return assertProperHead(reply)
  assertProper(reply, scene.secrets())
  if (call.credential.kind !== "good") return
  const person: Phone = call.credential.of === "ana" ? scene.ana : scene.bo
  const { ErrCode } = await person.call("GET", "/user/refresh_info")
  if (ErrCode !== 0) await signsInAgain(scene, person)
}

test("whatever the parameters, every address answers as the contract says", async () => {
  await using scene = await setScene()
  await fc.assert(
    fc.asyncProperty(callsOf(scene), (call) => keepsItsCountenance(scene, call)),
    { numRuns: 4_000, interruptAfterTimeLimit: 6_000 },
  )
  await scene.isSound()
})

test("each parameter an address takes is tried with every kind of nonsense while the others are right", async () => {
  await using scene = await setScene()
  for (const address of scene.addresses) {
    for (const name of [...scene.plausible.keys(), "anything"]) {
      await signsInAgain(scene, scene.bo)
      const { body } = await replyOf(await make(scene, callWith(scene, address, name, asValue("\0"))))
      const isTaken = String(JSON.parse(body).ErrMsg).includes(`"${name}"`)
      if (!isTaken && name !== "anything") continue
      await Promise.all(
        nonsense.map(async (value) => {
          const reply = await replyOf(await make(scene, callWith(scene, address, name, value)))
          expect(
            () => assertProper(reply, scene.secrets()),
            `${address.path} ${name}=${value.json.slice(0, 200)}`,
          ).not.toThrow()
        }),
      )
    }
  }
  await scene.isSound()
})

/** Bo's call with every parameter as it should be, but one. */
function callWith({ plausible, bo, roomId }: Scene, address: Address, name: string, value: Value): Call {
  const right = new Map([...plausible].flatMap(([other, [fit]]) => (fit ? [[other, fit] as const] : [])))
  right
    .set("uid", asValue(String(bo.uid)))
    .set("request_id", asValue(crypto.randomUUID()))
    .set(name, value)
  const place = address.method === "GET" ? "query" : "json"
  const credential = { kind: "good", of: "bo" } as const
  const segment = String(roomId)
  return {
    address,
    method: address.method,
    segment,
    credential,
    asBearer: true,
    place,
    pairs: [...right],
    type: undefined,
  }
}

test("an address takes its own methods only, and says which", async () => {
  await using scene = await setScene()
  const { app, addresses } = scene
  for (const path of new Set(addresses.map((address) => address.path))) {
    const own = addresses.filter((address) => address.path === path).map(({ method }) => method)
    const url = `${app.url}${path.replace(/:\w+/g, "1")}`
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      if (own.includes(method)) continue
      const response = await fetch(url, { method })
      expect([path, method, response.status]).toEqual([path, method, 405])
      expect(response.headers.get("allow")?.split(", ")).toEqual(own.toSorted())
      assertProper(await replyOf(response))
    }
    if (!path.includes(":")) continue
    const nowhere = await fetch(`${app.url}${path.replace(/:\w+/g, "")}`, { method: own[0] ?? "GET" })
    expect([path, nowhere.status]).toEqual([path, 404])
  }
  await scene.isSound()
})

test("nobody gets in with a token of another make", async () => {
  await using scene = await setScene()
  const strangers = fc.oneof(hostileValue, fc.constantFrom(...lookalikes(scene.ana.token)).map(asValue))
  await fc.assert(
    fc.asyncProperty(strangers, fc.boolean(), async (value, inForm) => {
      const pairs: Pairs = [["token", value]]
      const type = inForm ? rightTypes.form : rightTypes.json
      const body = inForm ? toQuery(pairs) : toJson(pairs)
      const url = `${scene.app.url}/room/exit_create`
      const reply = await replyOf(await fetch(url, { method: "POST", headers: { "Content-Type": type }, body }))
      assertProper(reply, scene.secrets())
      expect([7, 32]).toContain(JSON.parse(reply.body).ErrCode)
    }),
    { numRuns: 500, interruptAfterTimeLimit: 3_000 },
  )
  await scene.isSound()
})

/** A good token with something done to it. */
const lookalikes = (token: string) => [
  token.toUpperCase(),
  token.slice(1),
  `${token}0`,
  ` ${token}`,
  `${token}\0`,
  `${token}\u200b`,
  `${token}' OR 1=1 --`,
]
