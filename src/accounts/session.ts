import { hash, randomBytes } from "node:crypto"
import { and, eq, isNull, lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { type After, write } from "../db/write.ts"
import { type Reason, refuse } from "../refusal.ts"
import { banOn } from "./ban.ts"
import { sessions, users } from "./tables.ts"
import { type User, userColumns } from "./user.ts"

/** A token that was checked, and whose it is. */
export interface Session {
  id: number
  token: string
  user: User
}

type EndReason = "replaced" | "signed_out"

const day = 86_400_000
/** Ended sessions are remembered this long, to tell an old phone why its token no longer works. */
const endedTtl = 90 * day

const hashOf = (token: string) => hash("sha256", token, "hex")

const byToken = query<{ tokenHash: string }>()((db, $) =>
  db
    .select({
      id: sessions.id,
      expiresAt: sessions.expiresAt,
      endReason: sessions.endReason,
      user: userColumns,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, $.tokenHash), eq(sessions.kind, "app")))
    .prepare(),
)

/** What an old token's holder is told. */
export const whyEnded: Record<EndReason, Reason> = { replaced: "session.replaced", signed_out: "session.ended" }

/**
 * Checks a token and keeps it alive: using it moves its end, at most once a day.
 *
 * @throws {Refusal} `session.unknown`, `session.expired`, `session.replaced`, `session.ended`, `account.banned_forever`
 */
export async function sessionOf(app: App, token: string): Promise<Session> {
  const [found] = await byToken(app.db.read, { tokenHash: hashOf(token) })
  if (!found) refuse("session.unknown")
  if (found.endReason) refuse(whyEnded[found.endReason])
  const now = app.now()
  if (found.expiresAt <= now) refuse("session.expired")
  if (banOn(found.user.bannedUntil, now) === "account.banned_forever") refuse("account.banned_forever")
  if (found.expiresAt < now + ttl(app) - day) await prolong(app, found.id)
  return { id: found.id, token, user: found.user }
}

/** A disk that is full should not keep anybody from reading: the next call tries again. */
async function prolong(app: App, id: number): Promise<void> {
  const expiresAt = app.now() + ttl(app)
  try {
    await write(app, (tx) =>
      tx.update(sessions).set({ expiresAt }).where(eq(sessions.id, id)).returning({ id: sessions.id }),
    )
  } catch (error) {
    app.log.warn("session not prolonged", { error })
  }
}

const ttl = (app: App) => app.config.tokenTtlDays * day

/**
 * Signs a user in on one device, which ends the app session on any other; its sockets are told why.
 *
 * @returns the token: 128 random bits in hex, of which only the hash is kept
 */
export async function openSession(app: App, tx: Db, after: After, userId: number): Promise<string> {
  const token = randomBytes(16).toString("hex")
  await endSessions(app, tx, after, userId, "replaced")
  await tx
    .insert(sessions)
    .values({
      userId,
      tokenHash: hashOf(token),
      kind: "app",
      createdAt: app.now(),
      expiresAt: app.now() + ttl(app),
    })
    .returning({ id: sessions.id })
  return token
}

/** Ends whatever app session the user has, and closes its sockets. */
export async function endSessions(app: App, tx: Db, after: After, userId: number, reason: EndReason): Promise<void> {
  const ended = await tx
    .update(sessions)
    .set({ endedAt: app.now(), endReason: reason })
    .where(and(eq(sessions.userId, userId), eq(sessions.kind, "app"), isNull(sessions.endedAt)))
    .returning({ id: sessions.id })
  if (ended.length > 0) after(() => app.realtime.dismiss(userId, whyEnded[reason]))
}

/** @throws {Refusal} as for an old token, when a session ended while its call was under way */
export async function assertOpen(tx: Db, sessionId: number): Promise<void> {
  const [session] = await tx.select({ endReason: sessions.endReason }).from(sessions).where(eq(sessions.id, sessionId))
  if (session?.endReason) refuse(whyEnded[session.endReason])
}

/** Signs out of the device that asks. */
export function signOut(app: App, userId: number): Promise<void> {
  return write(app, (tx, after) => endSessions(app, tx, after, userId, "signed_out"))
}

/** Forgets sessions that ended or expired long ago. */
export function forgetOldSessions(app: App): Promise<unknown> {
  const long = app.now() - endedTtl
  return write(app, async (tx) => {
    await tx.delete(sessions).where(lt(sessions.endedAt, long)).returning({ id: sessions.id })
    await tx.delete(sessions).where(lt(sessions.expiresAt, long)).returning({ id: sessions.id })
  })
}
