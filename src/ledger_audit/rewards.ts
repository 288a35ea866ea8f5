import { type Cause, currencies, type UserAccount } from "../wallet/ledger.ts"
import { exactly, house, usersOwn } from "./cause.ts"
import { type Check, oneIf } from "./check.ts"

/** The account that each currency of a task's reward goes to. */
const accounts: Record<keyof typeof currencies, UserAccount> = {
  diamond: "diamondBonus",
  rice: "riceBonus",
  score: "score",
}

/** A reward was taken at most once for what it was given for; each has an index of its own that keeps it so. */
const once = (what: string, table: string, columns: string): Check => ({
  name: `no ${what} was given twice`,
  lines: `
    select ${columns}, count(*) as times, ${oneIf("count(*) > 1")} as wrong from ${table} group by ${columns}`,
})

const tasks = exactly({
  cause: "task",
  table: "task_claims",
  noun: "task reward",
  legs: (["diamond", "rice", "score"] as const).map((currency) => ({
    name: currency,
    currency,
    amount: `case when source.currency = ${currencies[currency]} then source.amount else 0 end`,
    from: house("issued"),
    to: usersOwn(accounts[currency], "source.user_id"),
  })),
})

const inScore = (cause: Cause, table: string, noun: string) =>
  exactly({
    cause,
    table,
    noun,
    legs: [
      {
        name: "score",
        currency: "score",
        amount: "source.score",
        from: house("issued"),
        to: usersOwn("score", "source.user_id"),
      },
    ],
  })

export const taskChecks: Check[] = [...tasks, once("task reward", "task_claims", "user_id, day, number")]

export const signInChecks: Check[] = [
  ...inScore("sign_in", "sign_ins", "sign-in bonus"),
  once("sign-in bonus", "sign_ins", "user_id, day"),
]

export const onlineChecks: Check[] = [
  ...inScore("online", "online_rewards", "online reward"),
  once("online reward", "online_rewards", "user_id, day, turn"),
]
