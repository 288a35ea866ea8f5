import { isErased } from "../accounts/personal.ts"
import { users } from "../accounts/tables.ts"
import { userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { actorOf, audit } from "../audit/audit.ts"
import { lockRow } from "../db/lock.ts"
import { write } from "../db/write.ts"
import { eraseRows } from "../personal.ts"
import { refuse } from "../refusal.ts"
import { everyHolding, personalData } from "./person.ts"

export interface Erasure {
  userId: number
  actor: string
  why: string
  /** Go on although money is left that will be nobody's. */
  evenWithMoney: boolean
}

/**
 * Makes a person's account anonymous for ever. One write closes it, ends what the person has open and takes the names from it;
 * what is left is erased in further writes, so that nobody waits for a long one. Should it be interrupted, or a call of the
 * person's have been under way in that moment, it is to be done again. The ledger and what is others' stay, under the
 * account's number.
 *
 * The database forgets the texts; the disk's free pages and backups made before still have them for a while.
 *
 * @returns what money is left that is nobody's now
 * @throws {Refusal} `account.unknown`; `input.invalid` for money that is left, and while withdrawals wait
 */
export async function erasePerson(app: App, erasure: Erasure): Promise<string[]> {
  const left = await close(app, erasure)
  for (const holding of everyHolding) await eraseRows(app, holding, erasure.userId)
  return left
}

function close(app: App, { userId, actor, why, evenWithMoney }: Erasure): Promise<string[]> {
  return write(app, async (tx, after) => {
    await lockRow(tx, users, userId)
    const isAgain = isErased(await userById(tx, userId))
    const left: string[] = []
    const leave = (what: string) => void left.push(what)
    for (const { close } of personalData) await close?.({ app, tx, after, userId, leave })
    if (left.length > 0 && !evenWithMoney && !isAgain) {
      refuse("input.invalid", {
        message: `User ${userId} still has ${left.join(", ")}. To erase them all the same, add --even-with-money.`,
      })
    }
    await audit(app, tx, { actor, act: "person.erase", target: actorOf(userId), detail: { why, left } })
    return left
  })
}
