import type { Days } from "./days.ts"

/** One way in which the books could be wrong. */
export interface Forgery {
  what: string
  sql(days: Days): string[]
  /** The checks that must fail, and no others. */
  fails: string[]
}

export const sums = "every currency sums to zero over all accounts"
export const wallets = "wallets hold what the transfers say"
export const fit = "transfers are above zero, of one currency, and say their cause"
export const once = "no transfer was made twice"
export const gifts = "gifts make as much rice as they cost, bought of bought"
export const belongs = (cause: string, noun = cause) => `every ${cause} transfer belongs to its ${noun}`
export const has = (cause: string, noun = cause) => `every ${noun} has its ${cause} transfers`
export const payments = "no payment was credited twice"
export const refunds = "every refund takes back what the order gave"
export const takenBack = "what was taken back of gifts was refunded"
export const riceBack = "diamonds taken back of gifts take the rice they made"
export const exchanges = "every exchange was paid"
export const holds = "what is held waits for a decision"
export const taskRewards = "no task reward was given twice"
export const signInBonuses = "no sign-in bonus was given twice"
export const onlineRewards = "no online reward was given twice"
export const pairs = "the boards of pairs count every gift"
export const rooms = "rooms count the rice of their gifts"
export const givers = "users' experience is the diamonds they gave"
export const hosts = "hosts' experience is the rice they earned"
export const earnings = "days' earnings are the rice of their gifts"

type Account = [account: string, user?: number]

export const transfer = (key: string, currency: number, amount: number, from: Account, to: Account) => {
  const [cause = "", row = ""] = key.split(" ")
  const end = ([account, user]: Account) => `'${account}', ${user ?? "null"}`
  return `INSERT INTO transfers (at, key, cause, cause_id, currency, amount, from_account, from_user, to_account, to_user)
    VALUES (1, '${key}', '${cause}', ${row}, ${currency}, ${amount}, ${end(from)}, ${end(to)})`
}
export const alter = (key: string, change: string) => `UPDATE transfers SET ${change} WHERE key = '${key}'`
export const remove = (key: string) => `DELETE FROM transfers WHERE key = '${key}'`
export const purse = (user: number, change: string) => `UPDATE wallets SET ${change} WHERE user_id = ${user}`
export const change = (table: string, id: number, what: string) => `UPDATE ${table} SET ${what} WHERE id = ${id}`
