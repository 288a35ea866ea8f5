import { Database } from "bun:sqlite"
import { expect } from "bun:test"
import { join } from "node:path"
import { SQL } from "bun"
import { engine } from "../../src/db/kit.ts"
import { freshHome, type Home } from "../support/app.ts"
import { call } from "./client.ts"
import type { Opening, Promises } from "./promises.ts"
import { totalsOf } from "./storm.ts"

type Row = Record<string, unknown>

/** A data folder, and on Postgres a database, removed at the end of the scope. */
export async function homeOfItsOwn(): Promise<Home & AsyncDisposable> {
  const home = await freshHome()
  return { ...home, [Symbol.asyncDispose]: home.remove }
}

/** Rows as an operator would see them, through a connection of its own. */
export async function rowsOf(home: Home, statement: string): Promise<Row[]> {
  if (engine === "sqlite") {
    const file = new Database(join(home.dataDir, "mili.db"), { readonly: true })
    file.run("PRAGMA busy_timeout = 30000")
    const statementOfFile = file.query<Row, []>(statement)
    const rows = statementOfFile.all()
    file.close()
    return rows
  }
  await using connection = new SQL(home.env["DATABASE_URL"] ?? "", { max: 1 })
  return await connection.unsafe(statement)
}

/** Everything that was acknowledged is there. */
export async function expectKept(url: string, promises: Promises): Promise<void> {
  const lost: unknown[] = []
  await inTurns(promises.members, async ({ uid, token, nickName }) => {
    const { ErrCode, user } = await call(url, "GET", "/user/refresh_info", { token, uid })
    const { Uid, NickName } = (user ?? {}) as Row
    if (ErrCode !== 0 || Uid !== uid || NickName !== nickName) lost.push({ register: uid, ErrCode, NickName, nickName })
  })
  await inTurns(promises.openings, async (opening) => {
    const problem = (await problemOf(url, opening)) ?? (opening.totals && (await closeAgain(url, opening)))
    if (problem) lost.push({ room: opening.roomId, problem, ...opening })
  })
  expect(lost).toEqual([])
}

async function problemOf(url: string, { roomId, host, mayBeOver, wasHosted, totals }: Opening) {
  const { ErrCode, info } = await call(url, "GET", "/room_info", { rid: roomId })
  if (ErrCode !== 0) return `room_info answers ${ErrCode}`
  const { OwnerId, Statue } = info as Row
  if (OwnerId !== host.uid) return `the host is ${OwnerId}`
  if (Statue === 0 && !mayBeOver && !wasHosted) return "it is over though nobody closed it"
  return Statue === 1 && totals ? "it is live though it was closed" : undefined
}

async function closeAgain(url: string, { roomId, host, totals }: Opening) {
  const answer = await call(url, "POST", "/room/close_room", { token: host.token, roomid: roomId })
  const same = answer.ErrCode === 5 && Bun.deepEquals(totalsOf(answer), totals)
  return same ? undefined : `closing again answers ${JSON.stringify(answer)}`
}

async function inTurns<T>(all: T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += 32) await Promise.all(all.slice(at, at + 32).map(work))
}

const halfDone = {
  "a room half finished": `SELECT id FROM rooms WHERE (state = 'finished') <> (finished_at IS NOT NULL AND end_cause IS NOT NULL)`,
  "a room live but not started": `SELECT id FROM rooms WHERE state = 'live' AND started_at IS NULL`,
  "a placeholder for a nickname": `SELECT id FROM users WHERE length(nick_name) = 32`,
  "a user without a session": `SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM sessions)`,
  "two live rooms of a host": `SELECT owner_id FROM rooms WHERE state = 'live' GROUP BY owner_id HAVING count(*) > 1`,
  "an end promised for a room that is not over": `SELECT o.id FROM outbox o JOIN rooms r ON o.payload LIKE '{"roomId":' || r.id || ',%' WHERE r.state <> 'finished'`,
  "a dead promise": `SELECT id FROM outbox WHERE dead`,
}

/** No write is half there, and the file is sound. */
export async function expectWhole(home: Home): Promise<void> {
  const found: Record<string, Row[]> = {}
  for (const [name, statement] of Object.entries(halfDone)) found[name] = await rowsOf(home, statement)
  expect(found).toEqual(Object.fromEntries(Object.keys(halfDone).map((name) => [name, []])))
  if (engine === "postgres") return
  expect(await rowsOf(home, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }])
  expect(await rowsOf(home, "PRAGMA foreign_key_check")).toEqual([])
}

/**
 * Waits until the server has done what its committed writes promised. On Postgres the rows that a killed process had
 * taken may wait for their lease to end, since another copy could still be at them.
 */
export async function untilDelivered(home: Home): Promise<void> {
  const start = Date.now()
  const pending =
    engine === "sqlite" ? "SELECT id FROM outbox" : `SELECT id FROM outbox WHERE due_at <= ${start + 10_000}`
  while ((await rowsOf(home, pending)).length > 0) {
    if (Date.now() - start > 60_000) throw new Error("The outbox is not emptied.")
    await Bun.sleep(20)
  }
}
