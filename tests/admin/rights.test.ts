import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { Hono, type MiddlewareHandler } from "hono"
import type { Wire } from "../../src/wire/context.ts"
import { operator, operatorsCalls } from "../../src/wire/operator.ts"
import { type AtConsole, codeWith, comesAs } from "../console/operator.ts"
import { isBanned } from "../playback/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { Phone } from "../support/phone.ts"
import { anOperator, operatorToken, theDesk } from "../withdrawals/desk.ts"
import { type Allowed, calls } from "./calls.ts"

setDefaultTimeout(30_000)

let app: TestApp
let stranger: Phone
let plain: Phone
let desk: Phone
let operators: Record<"admin" | "moderator" | "finance", Phone>
let seated: Record<"admin" | "moderator" | "finance", AtConsole>

beforeAll(async () => {
  app = await startApp({ ADMIN_TOKEN: operatorToken })
  stranger = new Phone(app, "a stranger")
  plain = await registers(app, "Ana")
  desk = theDesk(app)
  operators = {
    admin: await anOperator(app, "Ada", "admin"),
    moderator: await anOperator(app, "Mo", "moderator"),
    finance: await anOperator(app, "Fin", "finance"),
  }
  const { admin, moderator, finance } = operators
  seated = {
    admin: await comesAs(app, admin),
    moderator: await comesAs(app, moderator),
    finance: await comesAs(app, finance),
  }
})

afterAll(() => app[Symbol.asyncDispose]())

const roles: Record<Allowed, ("admin" | "moderator" | "finance")[]> = {
  everybody: ["admin", "moderator", "finance"],
  admin: ["admin"],
  moderator: ["admin", "moderator"],
  finance: ["admin", "finance"],
  both: ["admin", "moderator", "finance"],
}

/** What a call answers to somebody who sends nothing but a token. */
async function codeFor(phone: Phone, method: string, path: string): Promise<number> {
  const answer: unknown = await (await phone.fetch(method, path)).json()
  return Array.isArray(answer) ? 0 : (answer as { ErrCode: number }).ErrCode
}

/** Whether somebody got past the door: what is missing then is another matter. */
const isLetIn = async (phone: Phone, method: string, path: string) =>
  ![7, 32, 36, 59, 60].includes(await codeFor(phone, method, path))

describe("the operator's calls", () => {
  test("are those of the table, and every one says who may make it", () => {
    const mounted = operatorsCalls(app.running.http).map(({ method, path }) => `${method} ${path}`)
    expect(mounted.toSorted()).toEqual(Object.keys(calls).sort())
  })

  test.each(Object.entries(calls))("%s lets in those who may and nobody else", async (call, { allowed }) => {
    const [method = "", path = ""] = call.split(" ")
    const isPublic = allowed === "everybody"
    expect(await codeFor(stranger, method, path)).toBe(isPublic ? 0 : 32)
    expect(await codeFor(plain, method, path)).toBe(isPublic ? 0 : 36)
    for (const [role, phone] of Object.entries(operators)) {
      const may = (roles[allowed] as string[]).includes(role)
      expect({ role, may: await isLetIn(phone, method, path) }).toEqual({ role, may })
      if (!may) expect(await codeFor(phone, method, path)).toBe(36)
    }
    expect(await isLetIn(desk, method, path)).toBe(true)
  })

  test.each(Object.entries(calls))("%s takes no cookie and no token of a wrong kind", async (call, { allowed }) => {
    const [method = "", path = ""] = call.split(" ")
    const { token } = operators.admin
    const answer = await fetch(`${app.url}${path}`, { method, headers: { Cookie: `token=${token}; Token=${token}` } })
    expect(await answer.json()).toMatchObject({ ErrCode: allowed === "everybody" ? 0 : 32 })
    if (allowed === "everybody") return
    const almost = Object.assign(new Phone(app, "a guesser"), { token: `${operatorToken}x` })
    expect(await codeFor(almost, method, path)).toBe(7)
  })

  test.each(Object.entries(calls))(
    "%s takes the console's cookie from its own page alone",
    async (call, { allowed }) => {
      const [method = "", path = ""] = call.split(" ")
      const code = (headers: Record<string, string>) => codeWith(app, method, path, headers)
      const shut = allowed === "everybody" ? 0 : 32
      const { cookie, pageToken } = seated.admin
      const others = seated.moderator
      const name = cookie.split("=")[0]
      const page = { "X-Console-Token": pageToken }
      const refused = {
        "without the header": { Cookie: cookie },
        "with an empty header": { Cookie: cookie, "X-Console-Token": "" },
        "with another session's header": { Cookie: cookie, "X-Console-Token": others.pageToken },
        "with a header of one's own": { Cookie: cookie, "X-Console-Token": "1" },
        "without the cookie": page,
        "with a forged cookie": { Cookie: `${name}=${"0".repeat(64)}`, ...page },
        "with the token for a cookie": { Cookie: `${name}=${operators.admin.token}`, ...page },
        "from another site": { Cookie: cookie, ...page, "Sec-Fetch-Site": "cross-site" },
        "from a sister site": { Cookie: cookie, ...page, "Sec-Fetch-Site": "same-site" },
        "from another origin": { Cookie: cookie, ...page, Origin: "https://evil.example" },
        "from a page that hides its origin": { Cookie: cookie, ...page, Origin: "null" },
      }
      for (const [how, headers] of Object.entries(refused)) {
        expect({ how, code: await code(headers) }).toEqual({ how, code: shut })
      }
      for (const [role, { cookie, pageToken }] of Object.entries(seated)) {
        const headers = { Cookie: cookie, "X-Console-Token": pageToken, Origin: app.url }
        const may = (roles[allowed] as string[]).includes(role)
        const answered = await code(headers)
        if (may) expect([7, 32, 36, 59, 60]).not.toContain(answered)
        else expect({ role, answered }).toEqual({ role, answered: 36 })
      }
    },
  )

  test.each(Object.entries(calls))("%s is shut to an operator who is suspended", async (call, { allowed }) => {
    const [method = "", path = ""] = call.split(" ")
    const { admin } = operators
    // What everybody may see of the rooms stays in sight, as to anybody who is suspended.
    const reads = allowed === "everybody" || path === "/admin/monitor"
    try {
      await isBanned(admin, 60_000)
      expect(await codeFor(admin, method, path)).toBe(reads ? 0 : 59)
      const { cookie, pageToken } = seated.admin
      const headers = { Cookie: cookie, "X-Console-Token": pageToken }
      expect(await codeWith(app, method, path, headers)).toBe(reads ? 0 : 59)
    } finally {
      await isBanned(admin, 0)
    }
  })
})

describe("a call that is added", () => {
  const added = (...handlers: MiddlewareHandler<Wire>[]) => {
    const http = new Hono<Wire>()
    for (const handler of handlers) http.get("/admin/secrets", handler)
    return http
  }

  test("cannot be served without a rule, nor with one that comes too late", () => {
    const rule: MiddlewareHandler = operator(app.running.app, "audit.read")
    const answer: MiddlewareHandler<Wire> = async () => new Response("everything")
    expect(() => operatorsCalls(added(answer))).toThrow("GET /admin/secrets does not say who may call it")
    expect(() => operatorsCalls(added(answer, rule))).toThrow("does not say who may call it")
    expect(operatorsCalls(added(rule, answer))).toEqual([{ method: "GET", path: "/admin/secrets", rule: "audit.read" }])
  })

  test("cannot ask for a right elsewhere, where nobody looks for such", () => {
    const http = new Hono<Wire>().get("/elsewhere", operator(app.running.app, "audit.read"), () => new Response(""))
    expect(() => operatorsCalls(http)).toThrow("outside of /admin/")
  })
})
