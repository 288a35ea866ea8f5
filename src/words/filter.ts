import { asc } from "drizzle-orm"
import type { Db } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { wordSearch } from "./search.ts"
import { words } from "./tables.ts"

/** Finds forbidden words in names and messages. */
export interface WordFilter {
  /** @throws {Refusal} `input.sensitive`, with the parameter's name but not the word */
  assertClean(name: string, text: string): void
  /** Whether the text contains a forbidden word, whatever its width and case. */
  finds(text: string): boolean
  /** Takes the table's words as they are now. */
  reload(): Promise<void>
}

/** Characters that nobody sees. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu

/** One case and one width for every letter, and nothing unseen between them. */
const folded = (text: string) => text.normalize("NFKC").toLowerCase().replace(invisible, "")

/** Characters people put between the letters of a word to hide it. */
const fillers = /[\s\p{P}\p{S}\p{M}\p{Cf}]/gu

/** Words of scripts that put blanks between words: without the blanks, innocent neighbours would make a forbidden one. */
const spaced = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Nd}]/u

/** Looks for every word: spaced scripts' and mere signs in the text as it is, others' also through blanks and signs. */
export async function createWordFilter(db: Db): Promise<WordFilter> {
  let search = await searchFor(db)
  let reloads = 0
  const finds = (text: string) => search(folded(text))
  return {
    finds,
    assertClean(name, text) {
      if (finds(text)) refuse("input.sensitive", { message: `The parameter "${name}" contains a forbidden word.` })
    },
    async reload() {
      const turn = ++reloads
      const fresh = await searchFor(db)
      // One begun later knows more, and may be done already.
      if (turn === reloads) search = fresh
    },
  }
}

async function searchFor(db: Db): Promise<(text: string) => boolean> {
  const rows = await db.select({ word: words.word }).from(words).orderBy(asc(words.id))
  const all = rows.map(({ word }) => folded(word).trim())
  const bare = (word: string) => word.replace(fillers, "")
  const isPlain = (word: string) => spaced.test(word) || bare(word) === ""
  const asTheyAre = wordSearch(all.filter(isPlain))
  const throughFillers = wordSearch(all.filter((word) => !isPlain(word)).map(bare))
  return (text) => asTheyAre(text) || throughFillers(bare(text))
}
