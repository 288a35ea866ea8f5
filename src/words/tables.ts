import { id, table, text, uniqueIndex } from "../db/kit.ts"

/** Words that no name or message may contain. */
export const words = table("words", { id: id(), word: text().notNull() }, (t) => [uniqueIndex("words_word").on(t.word)])
