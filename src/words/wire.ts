import { z } from "zod"
import { id, name, page, text } from "../wire/fields.ts"
import type { Word } from "./word.ts"

/** Words that one call may bring. */
const wordsMax = 1_000

const word = name(1, 30)

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")

export const Words = z.object(page)
export const ForbidWords = z.object({
  /** One a line. */
  words: text(1, 60_000)
    .transform((lines) => linesOf(lines))
    .refine((words) => words.length <= wordsMax && words.every((one) => word.safeParse(one).success), {
      error: `must be at most ${wordsMax} words of 1 to 30 visible characters, one a line`,
    }),
})
export const AllowWord = z.object({ id: id() })

export const wordRow = ({ id, word }: Word) => ({ id: String(id), word })
