import { and, eq, inArray, lt, lte, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { knownDevices, loginFailures } from "./tables.ts"

const minute = 60_000
/** Failures are counted over so long from the first one. */
const memory = 60 * minute
const firstLock = 0.5 * minute
const longestLock = 15 * minute
/** A device is known for so long after it last signed in. */
const deviceTtl = 180 * 24 * 60 * minute

/** Wrong passwords in a row before a subject is locked; each further one doubles the lock, up to a quarter of an hour. */
const allowed = { account: 20, address: 100, accountFromAddress: 5 }

interface Attempt {
  subject: string
  allowed: number
}

/**
 * What an attempt counts against, always in this order, so that attempts made at once wait for each other's rows and never
 * in a circle. Strangers who guess at an account, or from an address that many share, lock it against strangers, not
 * against the devices its owner signs in from.
 */
function attemptsOf(userId: number | undefined, ip: string, known: boolean): Attempt[] {
  const address = { subject: `ip ${ip}`, allowed: allowed.address }
  if (userId === undefined) return [address]
  const both = { subject: `user ${userId} ip ${ip}`, allowed: allowed.accountFromAddress }
  return known ? [both] : [address, both, { subject: `user ${userId}`, allowed: allowed.account }]
}

/**
 * Counts an attempt before the password is looked at, so that guesses made at once count like guesses made in turn.
 *
 * @throws {Refusal} `account.wrong_password` with the seconds to wait while the account or the address is locked; such an
 * attempt does not count
 */
export async function countAttempt(app: App, userId: number | undefined, ip: string): Promise<void> {
  await write(app, async (tx) => {
    const known = userId !== undefined && (await isKnown(app, tx, userId, ip))
    for (const attempt of attemptsOf(userId, ip, known)) await countFailure(app, tx, attempt)
  })
}

async function countFailure(app: App, tx: Db, { subject, allowed }: Attempt): Promise<void> {
  const now = app.now()
  const { failures: before, failedAt } = loginFailures
  const [row] = await tx
    .insert(loginFailures)
    .values({ subject, failures: 1, lockedUntil: 0, failedAt: now })
    .onConflictDoUpdate({
      target: loginFailures.subject,
      set: {
        failures: sql`case when ${failedAt} > ${now - memory} then ${before} + 1 else 1 end`,
        failedAt: sql`case when ${failedAt} > ${now - memory} then ${failedAt} else ${now} end`,
      },
    })
    .returning()
  if (!row) return
  if (row.lockedUntil > now) refuseLocked(row.lockedUntil - now)
  const excess = row.failures - allowed
  if (excess < 0) return
  const lockedUntil = now + Math.min(firstLock * 2 ** excess, longestLock)
  await tx
    .update(loginFailures)
    .set({ lockedUntil })
    .where(eq(loginFailures.id, row.id))
    .returning({ id: loginFailures.id })
}

function refuseLocked(milliseconds: number): never {
  const retryAfter = Math.ceil(milliseconds / 1_000)
  refuse("account.wrong_password", {
    message: `Too many wrong passwords; try again in ${retryAfter} seconds.`,
    retryAfter,
  })
}

/** The password was right: takes the attempt back and remembers the device, inside the write that signs in. */
export async function forgiveAttempts(app: App, tx: Db, userId: number, ip: string): Promise<void> {
  const { subject, failures, lockedUntil } = loginFailures
  const subjects = attemptsOf(userId, ip, await isKnown(app, tx, userId, ip)).map((attempt) => attempt.subject)
  // Of the address's failures only this one: a right password of one's own must not wash off guesses at others.
  await tx
    .update(loginFailures)
    .set({
      failures: sql`${failures} - 1`,
      lockedUntil: sql`case when ${failures} - 1 < ${allowed.address} then 0 else ${lockedUntil} end`,
    })
    .where(and(inArray(subject, subjects), eq(subject, `ip ${ip}`)))
    .returning({ id: loginFailures.id })
  await unlockAccount(tx, userId, ip)
  await tx
    .insert(knownDevices)
    .values({ userId, ip, seenAt: app.now() })
    .onConflictDoUpdate({ target: [knownDevices.userId, knownDevices.ip], set: { seenAt: app.now() } })
    .returning({ id: knownDevices.id })
}

/** Forgets the failures counted against an account, from everywhere together and from this address. */
export async function unlockAccount(tx: Db, userId: number, ip: string): Promise<void> {
  const own = [`user ${userId} ip ${ip}`, `user ${userId}`]
  await tx.delete(loginFailures).where(inArray(loginFailures.subject, own)).returning({ id: loginFailures.id })
}

async function isKnown(app: App, tx: Db, userId: number, ip: string): Promise<boolean> {
  const [device] = await tx
    .select({ seenAt: knownDevices.seenAt })
    .from(knownDevices)
    .where(and(eq(knownDevices.userId, userId), eq(knownDevices.ip, ip)))
  return device !== undefined && device.seenAt > app.now() - deviceTtl
}

/** Forgets failures and devices that count no more. */
export function forgetOldAttempts(app: App): Promise<unknown> {
  return write(app, async (tx) => {
    await tx
      .delete(loginFailures)
      .where(and(lt(loginFailures.failedAt, app.now() - memory), lte(loginFailures.lockedUntil, app.now())))
      .returning({ id: loginFailures.id })
    await tx
      .delete(knownDevices)
      .where(lt(knownDevices.seenAt, app.now() - deviceTtl))
      .returning({ id: knownDevices.id })
  })
}
