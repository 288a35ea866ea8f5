import { eq, getTableColumns, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { duplicate } from "../db/error.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { accountKey } from "./phone.ts"
import { users } from "./tables.ts"

const { passwordHash, ...columns } = getTableColumns(users)

/** A person as everybody but the password check sees them. */
export type User = Omit<typeof users.$inferSelect, "passwordHash">

export const userColumns = columns

const byId = query<{ id: number }>()((db, $) => db.select(columns).from(users).where(eq(users.id, $.id)).prepare())

const byAccountKey = query<{ key: string }>()((db, $) =>
  db
    .select({ ...columns, passwordHash })
    .from(users)
    .where(eq(users.accountKey, $.key))
    .prepare(),
)

/** @throws {Refusal} `account.unknown` */
export async function userById(db: Db, id: number): Promise<User> {
  const [user] = await byId(db, { id })
  return user ?? refuse("account.unknown")
}

/** The account typed at sign-in, whatever its case and with or without `+86`; with the hash its password is checked by. */
export async function userByAccount(db: Db, account: string) {
  const [user] = await byAccountKey(db, { key: accountKey(account) })
  return user
}

const hashById = query<{ id: number }>()((db, $) =>
  db.select({ passwordHash }).from(users).where(eq(users.id, $.id)).prepare(),
)

/** What an account's password is checked by; null where it has none. */
export async function passwordHashOf(db: Db, id: number): Promise<string | null> {
  const [user] = await hashById(db, { id })
  return user?.passwordHash ?? null
}

/** What a person may change about themselves. */
export type Amendment = Partial<Pick<User, "nickName" | "sex" | "signature" | "location" | "push">>

/**
 * Changes a user's row: the one way in for every feature that does not own it.
 *
 * @throws {Refusal} `account.nickname_taken`, `account.unknown`
 */
export async function amendUser(app: App, id: number, amendment: Amendment): Promise<void> {
  const { nickName } = amendment
  if (nickName !== undefined && isGivenNickName(nickName) && nickName !== givenNickName(id)) {
    refuse("account.nickname_taken")
  }
  try {
    const [changed] = await write(app, (tx) =>
      tx.update(users).set(amendment).where(eq(users.id, id)).returning({ id: users.id }),
    )
    if (!changed) refuse("account.unknown")
  } catch (error) {
    if (duplicate(error)) refuse("account.nickname_taken")
    throw error
  }
}

/** Sets the address of a user's face or cover, inside a write. @throws {Refusal} `account.unknown` */
export async function setPicture(tx: Db, id: number, picture: "image" | "cover", address: string): Promise<void> {
  const [changed] = await tx
    .update(users)
    .set({ [picture]: address })
    .where(eq(users.id, id))
    .returning({ id: users.id })
  if (!changed) refuse("account.unknown")
}

/** What a user's experience comes to, and what may speak against it. */
export type Experienced = Pick<User, "userExp" | "anchorExp" | "isTest" | "bannedUntil">

/** Each column by itself: an index of one that is not touched need not be written. */
const addTo = (column: "userExp" | "anchorExp") =>
  query<{ id: number; gained: number }>()((db, $) =>
    db
      .update(users)
      .set({ [column]: sql`${users[column]} + ${$.gained}` })
      .where(eq(users.id, $.id))
      .returning({
        userExp: users.userExp,
        anchorExp: users.anchorExp,
        isTest: users.isTest,
        bannedUntil: users.bannedUntil,
      })
      .prepare(),
  )

const addSpent = addTo("userExp")
const addEarned = addTo("anchorExp")

/** Counts diamonds that a user spent as experience, inside a write. @throws {Refusal} `account.unknown` */
export async function gainBySpending(tx: Db, id: number, diamonds: number): Promise<Experienced> {
  const [total] = await addSpent(tx, { id, gained: diamonds })
  return total ?? refuse("account.unknown")
}

/** Counts rice that a host earned as experience, inside a write. @throws {Refusal} `account.unknown` */
export async function gainByEarning(tx: Db, id: number, rice: number): Promise<Experienced> {
  const [total] = await addEarned(tx, { id, gained: rice })
  return total ?? refuse("account.unknown")
}

const addFocus = query<{ id: number; by: number }>()((db, $) =>
  db
    .update(users)
    .set({ focus: sql`${users.focus} + ${$.by}` })
    .where(eq(users.id, $.id))
    .returning({ focus: users.focus })
    .prepare(),
)

const addFans = query<{ id: number; by: number }>()((db, $) =>
  db
    .update(users)
    .set({ fans: sql`${users.fans} + ${$.by}` })
    .where(eq(users.id, $.id))
    .returning({ id: users.id })
    .prepare(),
)

/**
 * Counts that one person follows another from now on, or no longer, inside a write that holds both rows.
 *
 * @returns how many the follower follows now
 */
export async function countFollow(tx: Db, followerId: number, followedId: number, by: 1 | -1): Promise<number> {
  const [follower] = await addFocus(tx, { id: followerId, by })
  await addFans(tx, { id: followedId, by })
  return follower?.focus ?? refuse("account.unknown")
}

/** Suspends a user until then, inside a write: in milliseconds, `bannedForever` for good, 0 not at all. */
export const setBan = (tx: Db, id: number, bannedUntil: number) =>
  tx.update(users).set({ bannedUntil }).where(eq(users.id, id)).returning({ id: users.id })

/** Lets a user onto conferences' stages or keeps the user away, inside a write; undefined for a user who is unknown. */
export async function setCanLinkMic(tx: Db, id: number, canLinkMic: boolean): Promise<{ id: number } | undefined> {
  const [changed] = await tx.update(users).set({ canLinkMic }).where(eq(users.id, id)).returning({ id: users.id })
  return changed
}

/** Writes down where a person of an approved real name studies, inside the write that approves it; empty for nowhere. */
export const setSchool = (tx: Db, id: number, school: string) =>
  tx.update(users).set({ school }).where(eq(users.id, id)).returning({ id: users.id })

/** The nickname a fresh account gets; nobody else can take it, so it is free by construction. */
export const givenNickName = (id: number) => `大米${id}`

export const isGivenNickName = (nickName: string) => /^大米\d+$/.test(nickName)
