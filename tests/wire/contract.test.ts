import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { gameMtype } from "../../src/games/frames.ts"
import { unreadFrame } from "../../src/letters/frame.ts"
import { mtype } from "../../src/rooms/frames.ts"
import { startApp, type TestApp } from "../support/app.ts"
import type { Socket } from "../support/socket.ts"
import { aBroadcast, furtherFields } from "./contract/broadcast.ts"
import { aTable } from "./contract/conference.ts"
import { isSocket, methodsOf, type Row, rowOf, rows, sentFrames, unaddressed } from "./contract/rows.ts"
import { scenarios } from "./contract/scenarios.ts"
import { differences } from "./contract/shape.ts"
import { type Call, codeOf, type Stage, setStage } from "./contract/stage.ts"

/** Parameters that need not be understood yet: they are told, and change nothing. */
const idle = [
  "action_login.channel_id",
  "pay_weixin_prepay.openid",
  "third_login_facebook_login.device",
  "third_login_qq_login.type",
  "third_login_twitter_login.device",
]

const calls = [...rows.keys()]
const answering = calls.filter((id) => !isSocket(rowOf(id)))

let app: TestApp
let stage: Stage

beforeAll(async () => {
  app = await startApp({ SANDBOX: "1" })
  stage = await setStage(app)
})

afterAll(() => app[Symbol.asyncDispose]())

/** Sets up what a call needs, and hands it over unmade. */
function prepare(id: string): Call | Promise<Call> {
  const scenario = scenarios[id]
  if (!scenario) throw new Error(`nothing tells how ${id} succeeds`)
  return scenario(stage)
}

describe("every call", () => {
  test("is built, with a way to succeed", () => {
    expect(Object.keys(scenarios).sort()).toEqual(calls.toSorted())
    expect(rows.size).toBe(116)
  })

  test("has an address, but for the two the document gives none, of which one got ours", () => {
    expect(unaddressed).toEqual(["unread_count_prompt", "version_update"])
    expect(rows.has("unread_count_prompt")).toBe(false)
    expect(rows.get("version_update")?.path).toBe("/version_update")
  })

  test.each(calls)("%s takes its methods and no other", async (id) => {
    const row = rowOf(id)
    const taken = methodsOf(row).sort()
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((one) => !taken.includes(one))) {
      const response = await fetch(`${app.url}${row.path.replace(/:\w+/, "1")}`, { method })
      expect(response.status).toBe(405)
      expect(response.headers.get("allow")?.split(", ").sort()).toEqual(taken)
      expect(await response.json()).toMatchObject({ ErrCode: 1, ErrMsg: expect.any(String) })
    }
  })
})

describe("a successful answer", () => {
  test.each(answering)("of %s has the sample's keys and types", async (id) => {
    const row = rowOf(id)
    for (const method of row.methods) {
      const { phone, path = row.path, values, status = 200 } = await prepare(id)
      const uid = row.auth === "token_uid" ? { uid: phone.uid } : {}
      const response = await phone.fetch(method, path, { ...uid, ...values })
      expect(response.status).toBe(status)
      if (row.response === null && Object.keys(row.extra ?? {}).length === 0) continue
      expect(response.headers.get("content-type")).toStartWith("application/json")
      const answer: unknown = await response.json()
      if (!Array.isArray(answer)) expect(answer).toMatchObject({ ErrCode: 0 })
      expect(differences([row.response, row.extra], answer)).toEqual([])
    }
  })

  test.each(calls.filter((id) => isSocket(rowOf(id))))("of %s is an open socket", async (id) => {
    expect(await codeOf(rowOf(id), "GET", await prepare(id))).toBe(0)
  })

  test("is compared in depth", () => {
    const sample = { ErrCode: 0, rows: [{ id: "11", n: 1 }, { name: "" }], owner: { Uid: 1 }, open: null }
    const right = { ErrCode: 0, rows: [{ id: "5", n: 2, name: "a", more: 1 }], owner: { Uid: 2 }, open: null, more: "" }
    expect(differences([sample], right)).toEqual([])
    expect(differences([sample], { ...right, rows: [] })).toEqual([".rows has no row to compare"])
    const wrong = { ErrCode: "0", rows: [...right.rows, { id: 5, n: 2 }], owner: [], more: "" }
    expect(differences([sample, { rows: [{ extra: "" }], owner: { Nick: "" } }], wrong)).toEqual([
      ".ErrCode is string, not number",
      ".rows[0].extra is missing",
      ".rows[1].id is number, not string",
      ".rows[1].name is missing",
      ".rows[1].extra is missing",
      ".owner is array, not object",
      ".open is missing",
    ])
  })
})

describe("a parameter", () => {
  test("that may be idle is a documented one", () => {
    const documented = calls.flatMap((id) => rowOf(id).params.map(({ name }) => `${id}.${name}`))
    expect(idle.filter((name) => !documented.includes(name))).toEqual([])
  })

  /** No parameter may hold a NUL, whether a number, a switch or a text. */
  const unfit = "\0"

  /** Every paged list also takes the last row seen. */
  const namesOf = ({ params }: Row) => {
    const names = params.map(({ name }) => name)
    return names.includes("index") ? [...names, "before"] : names
  }

  /** Conference calls have a code of their own for it, and calls that want a picture. */
  const codeOfUnfit = ({ errors }: Row) => [69, 26].find((code) => errors.includes(code)) ?? 10

  test.each(answering.filter((id) => namesOf(rowOf(id)).length > 0))("of %s is read under its name", async (id) => {
    const row = rowOf(id)
    for (const method of row.methods) {
      for (const name of namesOf(row)) {
        const { phone, path = row.path, values } = await prepare(id)
        const answer = await phone.call(method, path, { ...values, [name]: unfit })
        const isIdle = idle.includes(`${id}.${name}`)
        expect({ name, ...answer }).toMatchObject({ name, ErrCode: isIdle ? 0 : codeOfUnfit(row) })
        if (!isIdle) expect(answer.ErrMsg).toContain(`"${name}"`)
      }
    }
  })

  test.each(answering.filter((id) => rowOf(id).params.length > 0))("of %s may be missing or is missed", async (id) => {
    const row = rowOf(id)
    for (const method of row.methods) {
      for (const { name, required } of row.params) {
        const { phone, path = row.path, values } = await prepare(id)
        if (required !== false) expect(Object.keys(values)).toContain(name)
        const { ErrCode, ErrMsg } = await phone.call(method, path, { ...values, [name]: undefined })
        if (required) expect({ name, ErrCode }).toEqual({ name, ErrCode: codeOfUnfit(row) })
        else expect([0, ...row.errors]).toContain(ErrCode)
        if (ErrCode === codeOfUnfit(row)) expect(ErrMsg).toContain(`"${name}"`)
      }
    }
  })

  test.each(answering.filter((id) => rowOf(id).path.includes("/:")))("in the path of %s must fit", async (id) => {
    const { phone } = await prepare(id)
    for (const method of rowOf(id).methods) await phone.fails(10, method, rowOf(id).path.replace(/:\w+/, "x"))
  })
})

describe("a frame", () => {
  let sockets: Socket[]
  let table: Socket[]

  beforeAll(async () => {
    sockets = await aBroadcast()
    table = await aTable()
  })

  const numbersOf = (frames: { mtype: number }[]) =>
    [...new Set(frames.map((frame) => frame.mtype))].sort((one, other) => one - other)

  test("has the sample's keys and types, and what we promise beyond", () => {
    const frames = [...sockets, ...table].flatMap((socket) => socket.frames)
    expect(numbersOf(frames)).toEqual(numbersOf(sentFrames))
    for (const frame of frames) {
      const samples = sentFrames.filter((sample) => sample.mtype === frame.mtype).map(({ fields }) => fields)
      // A number may stand for frames of several kinds; each has the keys of one.
      const lacks = samples.map((sample) => differences([sample, furtherFields[frame.mtype]], frame))
      const wrong = lacks.find((some) => some.length === 0) ?? lacks[0]
      expect({ frame, wrong }).toEqual({ frame, wrong: [] })
    }
  })

  test("of ours goes unnumbered to sockets that ask for such, and to no other", () => {
    const [atHost, extended, ...others] = sockets
    for (const socket of [atHost, ...others]) expect(socket?.frames.filter((frame) => frame.mtype >= 1000)).toEqual([])
    const ours = extended?.frames.filter((frame) => frame.mtype >= 1000 && frame.mtype !== mtype.snapshot) ?? []
    const ofGames = [gameMtype.round, gameMtype.taken, gameMtype.result]
    expect(numbersOf(ours)).toEqual([mtype.left, mtype.audience, unreadFrame(1).mtype, ...ofGames])
    expect(ours.filter((frame) => "seq" in frame)).toEqual([])
    const [atTable, extendedGuest] = table
    expect(atTable?.frames.filter((frame) => frame.mtype >= 1000)).toEqual([])
    expect(extendedGuest?.frames.filter((frame) => frame.mtype === 1016 && "seq" in frame)).toEqual([])
  })
})
