import { asc } from "drizzle-orm"
import TextMatcher from "modern-ahocorasick/text"
import type { Db } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { words } from "./tables.ts"

/** Finds forbidden words in names and messages. */
export interface WordFilter {
  /** @throws {Refusal} `input.sensitive`, with the parameter's name but not the word */
  assertClean(name: string, text: string): void
  /** Whether the text contains a forbidden word. */
  finds(text: string): boolean
  /** Takes the table's words as they are now. */
  reload(): Promise<void>
}

/** Characters people put between the letters of a word to hide it. */
const fillers = /[\s\p{P}\p{S}\p{Cf}\u3164]/gu

/**
 * Matches every word at once, whatever the width and case of its letters (NFKC, full case folding) and whatever blanks
 * and signs stand between them.
 */
export async function createWordFilter(db: Db): Promise<WordFilter> {
  let matcher = await matcherOf(db)
  const finds = (text: string) =>
    matcher !== undefined && (matcher.match(text) || matcher.match(text.replace(fillers, "")))
  return {
    finds,
    assertClean(name, text) {
      if (finds(text)) refuse("input.sensitive", { message: `The parameter "${name}" contains a forbidden word.` })
    },
    async reload() {
      matcher = await matcherOf(db)
    },
  }
}

async function matcherOf(db: Db): Promise<TextMatcher | undefined> {
  const rows = await db.select({ word: words.word }).from(words).orderBy(asc(words.id))
  if (rows.length === 0) return undefined
  return new TextMatcher(
    rows.map(({ word }) => word),
    { normalization: "NFKC", caseFold: true },
  )
}
