import { and, desc, eq, inArray, lt } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { follows } from "./tables.ts"

/** People looked at in one go; between two, whatever else was promised has its turn. */
export const batch = 500

/** The next fans to tell are those whose follow is older than `before`; or, of the lobby in `parts`, those of `part`. */
export type Step = FansStep | LobbyStep
type FansStep = { way: "fans"; before: number }
type LobbyStep = { way: "lobby"; part: number; parts: number }

/** Whom to tell now, and where to go on. */
export interface Told {
  userIds: number[]
  next: Step | undefined
}

const fansBefore = query<{ hostId: number; before: number }>()((db, $) => {
  const page = db
    .select({ id: follows.id, followerId: follows.followerId })
    .from(follows)
    .where(and(eq(follows.followedId, $.hostId), lt(follows.id, $.before)))
    .orderBy(desc(follows.id))
    .limit(batch)
    .as("page")
  return db
    .select({ id: page.id, userId: users.id, push: users.push })
    .from(page)
    .innerJoin(users, eq(users.id, page.followerId))
    .orderBy(desc(page.id))
    .prepare()
})

/** A batch of a host's fans. */
export async function throughFans(app: App, hostId: number, { before }: FansStep): Promise<Told> {
  const fans = await fansBefore(app.db.read, { hostId, before })
  const last = fans.length === batch ? fans.at(-1) : undefined
  return {
    userIds: fans.filter(({ push }) => push).map(({ userId }) => userId),
    next: last && { way: "fans", before: last.id },
  }
}

/** A part of the lobby: those who follow the host. */
export async function throughLobby(app: App, hostId: number, step: LobbyStep): Promise<Told> {
  const { part, parts } = step
  const ids = app.realtime.audience(0).filter((id) => id % parts === part)
  // Few lengths, so that few statements are kept ready; nobody has the number 0.
  while (ids.length % 100 > 0) ids.push(0)
  const fans = ids.length === 0 ? [] : await fansAmong(app.db.read, hostId, ids)
  return {
    userIds: fans.map(({ userId }) => userId),
    next: part + 1 < parts ? { ...step, part: part + 1 } : undefined,
  }
}

/** Those of some people who follow a host and want to hear of it. */
export const fansAmong = (db: Db, hostId: number, ids: number[]) =>
  db
    .select({ userId: users.id })
    .from(follows)
    .crossJoin(users)
    .where(
      and(
        eq(follows.followedId, hostId),
        inArray(follows.followerId, ids),
        eq(users.id, follows.followerId),
        eq(users.push, true),
      ),
    )
