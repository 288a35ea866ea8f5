import { expect } from "bun:test"
import { eq, sql } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { write } from "../../src/db/write.ts"
import { follows } from "../../src/social/tables.ts"
import type { TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"

export type Row = Record<string, string | number>

/** Registers several people, in their order. */
export async function registerAll<const Names extends string[]>(app: TestApp, ...names: Names) {
  const people: Phone[] = []
  for (const name of names) people.push(await registers(app, name))
  return people as { [N in keyof Names]: Phone }
}

export const follow = (who: Phone, whom: Phone) => who.ok("POST", "/focus/focus_other", { oid: whom.uid })
export const block = (who: Phone, whom: Phone) => who.ok("POST", "/black/add_black", { blackid: whom.uid })
export const unblock = (who: Phone, whom: Phone) => who.ok("POST", "/black/del_black", { blackid: whom.uid })

/** A page of one of a person's lists. */
export async function rowsOf(who: Phone, path: string, key: string, page: Record<string, string | number> = {}) {
  return (await who.ok("GET", path, page))[key] as Row[]
}

export const fansOf = (who: Phone, page = {}) => rowsOf(who, "/focus/fans_list", "fans", page)
export const followedBy = (who: Phone, page = {}) => rowsOf(who, "/focus/focus_list", "focus", page)
export const blockedBy = (who: Phone, page = {}) => rowsOf(who, "/black/black_list", "black", page)

/** How many a person follows, and how many follow them, as everybody is shown. */
export async function countsOf({ app, uid }: Phone): Promise<{ focus: unknown; fans: unknown }> {
  const response = await fetch(`${app.url}/look_info?uid=${uid}`)
  const { user } = (await response.json()) as { user: Record<string, unknown> }
  return { focus: user["Focus"], fans: user["Fans"] }
}

/** Every count of every person is what the rows come to. */
export async function assertCounted({ running }: TestApp): Promise<void> {
  const { read } = running.app.db
  const people = await read.select({ id: users.id, focus: users.focus, fans: users.fans }).from(users)
  const rows = await read.select().from(follows)
  const counted = people.map(({ id }) => ({
    id,
    focus: rows.filter(({ followerId }) => followerId === id).length,
    fans: rows.filter(({ followedId }) => followedId === id).length,
  }))
  expect(people).toEqual(counted)
}

/** Gives a person fans by the thousand, who want to hear of a live room, behind the server's back. @returns their numbers */
export async function gainsFans({ app, uid }: Phone, howMany: number): Promise<number[]> {
  return write(app.running.app, async (tx) => {
    const ids: number[] = []
    for (let from = 0; from < howMany; from += 500) {
      const batch = Array.from({ length: Math.min(500, howMany - from) }, () => crypto.randomUUID())
      const made = await tx
        .insert(users)
        .values(batch.map((name) => ({ account: name, accountKey: name, nickName: name, push: true, createdAt: 0 })))
        .returning({ id: users.id })
      await tx
        .insert(follows)
        .values(made.map(({ id }) => ({ followerId: id, followedId: uid, createdAt: 0 })))
        .returning({ id: follows.id })
      ids.push(...made.map(({ id }) => id))
    }
    await tx
      .update(users)
      .set({ fans: sql`${users.fans} + ${howMany}` })
      .where(eq(users.id, uid))
      .returning({ id: users.id })
    return ids
  })
}
