import { Database } from "bun:sqlite"
import { expect } from "bun:test"
import { join } from "node:path"
import { Glob } from "bun"
import { z } from "zod"
import { openSession } from "../../../src/accounts/session.ts"
import { engine } from "../../../src/db/kit.ts"
import { databaseFile } from "../../../src/db/sqlite.ts"
import { write } from "../../../src/db/write.ts"
import { startApp, type TestApp } from "../../support/app.ts"
import { passwordOf, registers } from "../../support/cast.ts"
import type { Phone } from "../../support/phone.ts"
import { asValue, type Value } from "./values.ts"

export interface Address {
  method: string
  path: string
}

/** Whether an address is called by vendors, in their own forms. */
export const isVendors = ({ path }: Pick<Address, "path">) => /_notify|^\/(media|rtc)\//.test(path)

/** A running server with three people, one of them live, and everything the tests know about its addresses. */
export interface Scene extends AsyncDisposable {
  app: TestApp
  port: number
  ana: Phone
  bo: Phone
  mal: Phone
  /** Ana's room. */
  roomId: number
  addresses: Address[]
  /** Every parameter any address takes, with values that would pass for it. */
  plausible: Map<string, Value[]>
  /** What no answer may tell. */
  secrets(): string[]
  /** Whether everything is as before: nothing logged as a fault, the server at work, the database sound. */
  isSound(): Promise<void>
}

export async function setScene(env: Record<string, string> = {}): Promise<Scene> {
  const app = await startApp({ OPEN_REGISTRATION: "1", DEMO: "off", CONSOLE: "off", ...env })
  const [ana, bo, mal] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Mal")]
  const roomId = await ana.opensRoom()
  const secrets = () => [ana, bo, mal].flatMap(({ token, name }) => [token, passwordOf(name)])
  return {
    app,
    port: Number(new URL(app.url).port),
    ana,
    bo,
    mal,
    roomId,
    addresses: addressesOf(app),
    plausible: await plausibleValues([ana, bo, mal], roomId),
    secrets,
    isSound: () => assertSound(app, secrets()),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

/** All but the one whose answer is no JSON and that takes no parameter. */
function addressesOf(app: TestApp): Address[] {
  const { routes } = app.running.http
  const named = routes.filter(({ method, path }) => method !== "ALL" && path !== "/metrics")
  const distinct = new Map(named.map(({ method, path }) => [`${method} ${path}`, { method, path }]))
  return [...distinct.values()]
}

/** Reads the parameters off the features' own schemas, and keeps of a pool of likely values those that fit. */
async function plausibleValues(people: Phone[], roomId: number): Promise<Map<string, Value[]>> {
  const pool = [
    ...people.flatMap(({ uid, tel, name }) => [String(uid), tel, passwordOf(name)]),
    ...[String(roomId), "0", "1", "2", "20", "123456", "hello", "Ana_1", "register", "reset", "true"],
  ]
  const shapes = (await schemas()).flatMap((schema) => Object.entries(schema.shape))
  const names = new Set([...shapes.map(([name]) => name), "uid", "request_id"])
  return new Map(
    [...names].map((name) => {
      const fields = shapes.filter(([other]) => other === name).map(([, field]) => field as z.ZodType)
      const fitting = pool.filter((text) => fields.every((field) => field.safeParse(text).success))
      return [name, (fitting.length > 0 ? fitting : pool).map(asValue)]
    }),
  )
}

async function schemas(): Promise<z.ZodObject[]> {
  const source = join(import.meta.dir, "../../../src")
  const modules = [...new Glob("*/wire.ts").scanSync(source)].sort().map((path) => import(join(source, path)))
  const exported = (await Promise.all(modules)).flatMap((module) => Object.values(module as object))
  return exported.filter((value) => value instanceof z.ZodObject)
}

/** Gives a person whose session a call has ended a new one, without the door's own limits. */
export async function signsInAgain({ app }: Scene, person: Phone): Promise<void> {
  const inside = app.running.app
  person.token = await write(inside, (tx, after) => openSession(inside, tx, after, person.uid))
}

async function assertSound(app: TestApp, secrets: string[]): Promise<void> {
  expect(app.logged.filter((line) => line.includes('"level":"error"'))).toEqual([])
  expect(app.logged.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([])
  const response = await fetch(`${app.url}/readyz`)
  expect(await response.json()).toEqual({ ErrCode: 0 })
  if (engine === "sqlite") assertDatabaseSound(app.running.app.config.dataDir)
}

function assertDatabaseSound(dataDir: string): void {
  using database = new Database(join(dataDir, databaseFile), { readonly: true })
  expect(database.query("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }])
  expect(database.query("PRAGMA foreign_key_check").all()).toEqual([])
}
