import { and, desc, eq, isNotNull, lt, sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { conversationSides, conversations, letters } from "./tables.ts"
import { discountUnread } from "./unread.ts"

/** A conversation as its owner has it. */
export type Side = typeof conversationSides.$inferSelect

const ofPair = query<{ lowId: number; highId: number }>()((db, $) =>
  db
    .select({ id: conversations.id })
    .from(conversations)
    .where(and(eq(conversations.lowId, $.lowId), eq(conversations.highId, $.highId)))
    .prepare(),
)

const begin = query<{ lowId: number; highId: number }>()((db, $) =>
  db
    .insert(conversations)
    .values({ lowId: $.lowId, highId: $.highId })
    .onConflictDoNothing()
    .returning({ id: conversations.id })
    .prepare(),
)

/**
 * The conversation of two people, which is begun if need be, held until the write ends: its letters come in the order of
 * their numbers.
 */
export async function holdConversation(tx: Db, one: number, other: number): Promise<number> {
  const pair = { lowId: Math.min(one, other), highId: Math.max(one, other) }
  // Of two who begin it at once, the second waits for the first here, and then finds it.
  const [known] = await ofPair(tx, pair)
  const [found] = known ? [known] : [...(await begin(tx, pair)), ...(await ofPair(tx, pair))]
  if (!found) refuse("server.unexpected")
  await lockRow(tx, conversations, found.id)
  return found.id
}

interface Placing {
  conversationId: number
  ownerId: number
  otherId: number
  letterId: number
  /** How many letters more its owner has to read. */
  unread: number
}

const place = query<Placing>()((db, $) =>
  db
    .insert(conversationSides)
    .values({
      conversationId: $.conversationId,
      ownerId: $.ownerId,
      otherId: $.otherId,
      lastLetterId: $.letterId,
      unread: $.unread,
    })
    .onConflictDoUpdate({
      target: [conversationSides.ownerId, conversationSides.otherId],
      set: { lastLetterId: sql`${$.letterId}`, unread: sql`${conversationSides.unread} + ${$.unread}` },
    })
    .returning({ id: conversationSides.id })
    .prepare(),
)

/** Puts a new letter on top of its owner's conversation, inside a write that holds it. */
export const placeLetter = (tx: Db, placing: Placing) => place(tx, placing)

const byOther = query<{ ownerId: number; otherId: number }>()((db, $) =>
  db
    .select()
    .from(conversationSides)
    .where(and(eq(conversationSides.ownerId, $.ownerId), eq(conversationSides.otherId, $.otherId)))
    .prepare(),
)

const byConversation = query<{ ownerId: number; conversationId: number }>()((db, $) =>
  db
    .select()
    .from(conversationSides)
    .where(and(eq(conversationSides.ownerId, $.ownerId), eq(conversationSides.conversationId, $.conversationId)))
    .prepare(),
)

/** A person's conversation with another; undefined when there is none, or the person has deleted it. */
export async function sideWith(db: Db, ownerId: number, otherId: number): Promise<Side | undefined> {
  const [side] = await byOther(db, { ownerId, otherId })
  return side && side.lastLetterId !== null ? side : undefined
}

/** One of a person's conversations, by its number. @throws {Refusal} `letter.unknown_session` */
export async function sideById(db: Db, ownerId: number, conversationId: number): Promise<Side> {
  const [side] = await byConversation(db, { ownerId, conversationId })
  if (!side || side.lastLetterId === null) refuse("letter.unknown_session")
  return side
}

/**
 * Deletes a conversation for one of the two, until there is a new letter; the other keeps it.
 *
 * @throws {Refusal} `letter.unknown_session`
 */
export function deleteConversation(app: App, ownerId: number, otherId: number): Promise<void> {
  return write(app, async (tx) => {
    const seen = await sideWith(tx, ownerId, otherId)
    if (!seen) refuse("letter.unknown_session")
    await lockRow(tx, conversations, seen.conversationId)
    const side = await sideById(tx, ownerId, seen.conversationId)
    await tx
      .update(conversationSides)
      .set({ lastLetterId: null, clearedUpTo: side.lastLetterId ?? 0, unread: 0 })
      .where(eq(conversationSides.id, side.id))
      .returning({ id: conversationSides.id })
    if (side.unread > 0) await discountUnread(tx, ownerId, side.unread)
  })
}

const listPage = query<{ ownerId: number } & ReturnType<typeof pageBounds>>()((db, $) => {
  const page = db
    .select({ sideId: conversationSides.id, letterId: conversationSides.lastLetterId })
    .from(conversationSides)
    .where(
      and(
        eq(conversationSides.ownerId, $.ownerId),
        isNotNull(conversationSides.lastLetterId),
        lt(conversationSides.lastLetterId, $.before),
      ),
    )
    .orderBy(desc(conversationSides.lastLetterId))
    .limit($.limit)
    .offset($.offset)
    .as("page")
  return db
    .select({
      conversationId: conversationSides.conversationId,
      unread: conversationSides.unread,
      other: { id: users.id, nickName: users.nickName, image: users.image },
      letter: { id: letters.id, text: letters.text, createdAt: letters.createdAt },
    })
    .from(page)
    .innerJoin(conversationSides, eq(conversationSides.id, page.sideId))
    .innerJoin(letters, eq(letters.id, page.letterId))
    .innerJoin(users, eq(users.id, conversationSides.otherId))
    .orderBy(desc(page.letterId))
    .prepare()
})

/** A conversation in its owner's list: with whom, its newest letter, and how many there are to read. */
export type Listed = Awaited<ReturnType<typeof listPage>>[number]

/** A page of a person's conversations, those with the newest letters first; `before` is a newest letter's number. */
export const conversationsOf = (db: Db, ownerId: number, page: Page): Promise<Listed[]> =>
  listPage(db, { ownerId, ...pageBounds(page) })
