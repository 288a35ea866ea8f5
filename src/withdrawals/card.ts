import { eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { duplicate } from "../db/error.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { isOwnName } from "../real_names/real_name.ts"
import { refuse } from "../refusal.ts"
import { cards } from "./tables.ts"

/** What a card's secrets are sealed for. */
export const sealedFor = { number: "card number", holder: "card holder" } as const

/** A card as its owner gives it. */
export interface NewCard {
  bank: string
  holder: string
  /** 12 to 19 digits, the last of which checks the others. */
  number: string
}

/** Whether a number's last digit fits the others (Luhn): every second digit from the right counts twice. */
export function isCardNumber(number: string): boolean {
  const digits = [...number].reverse().map(Number)
  const sum = digits.reduce((total, digit, at) => total + (at % 2 === 0 ? digit : twice(digit)), 0)
  return /^\d{12,19}$/.test(number) && sum % 10 === 0
}

const twice = (digit: number) => (digit > 4 ? 2 * digit - 9 : 2 * digit)

/**
 * Makes a card the one a user's money goes to, in the place of any before; what was asked for already goes where it was to.
 *
 * @throws {Refusal} `input.invalid` when the card is another user's, or not in the user's approved real name
 */
export async function setCard(app: App, userId: number, { bank, holder, number }: NewCard): Promise<void> {
  const card = {
    bank,
    sealedHolder: app.keys.seal(sealedFor.holder, holder),
    sealedNumber: app.keys.seal(sealedFor.number, number),
    fingerprint: app.keys.sign("card", number),
    tail: number.slice(-4),
    addedAt: app.now(),
  }
  try {
    await write(app, async (tx) => {
      if (!(await isOwnName(app, tx, userId, holder))) {
        refuse("input.invalid", { message: 'The parameter "real_name" is not your real name.' })
      }
      await tx
        .insert(cards)
        .values({ userId, ...card })
        .onConflictDoUpdate({ target: cards.userId, set: card })
        .returning({ id: cards.id })
    })
  } catch (error) {
    if (duplicate(error))
      refuse("input.invalid", { message: 'The parameter "card_no" is the card of another account.' })
    throw error
  }
}

export type Card = typeof cards.$inferSelect

const ofUser = query<{ userId: number }>()((db, $) =>
  db.select().from(cards).where(eq(cards.userId, $.userId)).prepare(),
)

/** Where a user's money goes, if they said so. */
export async function cardOf(db: Db, userId: number): Promise<Card | undefined> {
  const [card] = await ofUser(db, { userId })
  return card
}
