import { count, desc, eq, lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { lockName } from "../db/lock.ts"
import { type Page, pageBounds } from "../db/page.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { words } from "./tables.ts"

/** Words that there may be. A change has the search for all of them made anew, in a few hundredths of a second. */
export const wordsMax = 5_000

export type Word = typeof words.$inferSelect

/** Forbidden words, the newest first. */
export function forbiddenWords(db: Db, page: Page): Promise<Word[]> {
  const { before, limit, offset } = pageBounds(page)
  return db.select().from(words).where(lt(words.id, before)).orderBy(desc(words.id)).limit(limit).offset(offset)
}

/**
 * Forbids words from now on; one that is forbidden already changes nothing.
 *
 * @returns those that were not
 * @throws {Refusal} `input.invalid` when there would be too many
 */
export async function forbidWords(app: App, actor: string, asked: string[]): Promise<Word[]> {
  const added = await write(app, async (tx) => {
    await lockName(tx, "words")
    const added = await tx
      .insert(words)
      .values([...new Set(asked)].map((word) => ({ word })))
      .onConflictDoNothing()
      .returning()
    const [all] = await tx.select({ count: count() }).from(words)
    if ((all?.count ?? 0) > wordsMax) refuse("input.invalid", { message: `There may be ${wordsMax} words at most.` })
    if (added.length === 0) return added
    const detail = { words: added.map(({ word }) => word) }
    await audit(app, tx, { actor, act: "word.forbid", target: "words", detail })
    return added
  })
  await app.words.reload()
  return added
}

/** Allows a word again. @throws {Refusal} `payment.unknown_pack` for an unknown id */
export async function allowWord(app: App, actor: string, id: number): Promise<void> {
  await write(app, async (tx) => {
    const [removed] = await tx.delete(words).where(eq(words.id, id)).returning()
    if (!removed) refuse("payment.unknown_pack", { message: "There is no such word." })
    await audit(app, tx, { actor, act: "word.allow", target: "words", detail: { word: removed.word } })
  })
  await app.words.reload()
}
