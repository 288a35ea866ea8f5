import { inArray } from "drizzle-orm"
import type { App } from "../app.ts"
import { lockName } from "../db/lock.ts"
import type { Db } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { users } from "./tables.ts"
import { givenNickName, isGivenNickName } from "./user.ts"

/** Code points of a nickname. */
const lengthMost = 20
/** Numbers put behind a nickname that is taken, before the person's own. */
const numbers = [2, 3, 4, 5, 6, 7, 8, 9]

const hidden = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u{fffd}]/gu
const visible = /[^\s\p{Default_Ignorable_Code_Point}]/u
const letters = new Intl.Segmenter("und", { granularity: "grapheme" })

/** What a vendor calls something, as text that may be shown: at most so many code points, and no letter cut in two. */
export function cleanText(given: string, most: number): string {
  // A vendor's word may be of any length; no more of it is looked at than could be kept.
  const plain = given
    .slice(0, most * 20)
    .toWellFormed()
    .replace(hidden, "")
    .replace(/\s+/g, " ")
    .trim()
  return visible.test(plain) ? cut(plain, most) : ""
}

function cut(text: string, most: number): string {
  let kept = ""
  let length = 0
  for (const { segment } of letters.segment(text)) {
    length += [...segment].length
    if (length > most) break
    kept += segment
  }
  return kept.trim()
}

/**
 * The nickname for a newcomer whom a vendor calls so: as it is, or with a number behind it when it is taken. Who is called
 * nothing that may be shown gets the one that every fresh account gets.
 *
 * @throws {Refusal} `account.no_nickname_fits`
 */
export async function nickNameFor(app: App, tx: Db, userId: number, called: string): Promise<string> {
  const plain = cleanText(called, lengthMost)
  if (plain === "" || isGivenNickName(plain) || app.words.finds(plain)) return givenNickName(userId)
  const suffixes = ["", ...numbers.map(String), `_${userId}`]
  const candidates = suffixes
    .map((suffix) => ({ suffix, base: cut(plain, lengthMost - suffix.length) }))
    .filter(({ base }) => base !== "")
    .map(({ base, suffix }) => `${base}${suffix}`)
    .filter((name) => !isGivenNickName(name) && !app.words.finds(name))
  // Of namesakes who come at once, each sees whom the ones before became.
  await lockName(tx, `nickname ${plain}`)
  const rows = await tx.select({ nickName: users.nickName }).from(users).where(inArray(users.nickName, candidates))
  const taken = new Set(rows.map(({ nickName }) => nickName))
  return candidates.find((name) => !taken.has(name)) ?? refuse("account.no_nickname_fits")
}
