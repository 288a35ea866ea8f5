import { currencies, type HouseAccount, type UserAccount } from "../wallet/ledger.ts"
import { type Check, listOf, oneIf, zeroIf } from "./check.ts"

const { diamond, rice, score } = currencies

interface Account {
  currencies: number[]
  /** It is somebody's, not the house's alone. */
  owned: boolean
}

export const userAccounts: Record<UserAccount, Account> = {
  diamond: { currencies: [diamond], owned: true },
  diamondBonus: { currencies: [diamond], owned: true },
  rice: { currencies: [rice], owned: true },
  riceBonus: { currencies: [rice], owned: true },
  score: { currencies: [score], owned: true },
}

const houseAccounts: Record<HouseAccount, Account> = {
  issued: { currencies: [diamond, rice, score], owned: false },
  revenue: { currencies: [diamond], owned: false },
  exchange: { currencies: [diamond, score], owned: false },
  holds: { currencies: [rice], owned: true },
  paid: { currencies: [rice], owned: false },
  fees: { currencies: [rice], owned: false },
  debts: { currencies: [diamond], owned: true },
  games: { currencies: [score], owned: false },
}

/** The wallet's columns, and how each comes out of the balance of an account. */
const columns: { column: string; account: UserAccount | HouseAccount; sign: 1 | -1 }[] = [
  { column: "diamond", account: "diamond", sign: 1 },
  { column: "diamond_bonus", account: "diamondBonus", sign: 1 },
  { column: "rice", account: "rice", sign: 1 },
  { column: "rice_bonus", account: "riceBonus", sign: 1 },
  { column: "score", account: "score", sign: 1 },
  { column: "debt", account: "debts", sign: -1 },
]

/** Sorting by user alone is much cheaper on SQLite than by user and account, so the accounts are columns at first. */
const moved = columns
  .map(
    ({ column, account, sign }) =>
      `sum(case when account = '${account}' then ${sign} * amount else 0 end) as ${column}`,
  )
  .join(", ")

/** A purse's columns, out of a wallet and what was moved; either may be missing. */
const purse = (wallet: (column: string) => string, moved: (column: string) => string) =>
  columns.map(({ column }) => `${wallet(column)} as ${column}, ${moved(column)} as ${column}_moved`).join(", ")

const line = ({ column }: { column: string }) => `
  select "user", '${column}' as account, ${column} as wallet, ${column}_moved as transfers,
    ${zeroIf(`${column} = ${column}_moved and ${column} >= 0`)} as wrong
  from purses`

export const walletsHold: Check = {
  name: "wallets hold what the transfers say",
  lines: `
    with moved as materialized (
      select "user", ${moved}
      from (
        select from_user as "user", from_account as account, -amount as amount from transfers where from_user is not null
        union all
        select to_user, to_account, amount from transfers where to_user is not null
      ) as movements
      group by "user"
    ),
    purses as materialized (
      select user_id as "user", ${purse(
        (column) => `wallets.${column}`,
        (column) => `coalesce(moved.${column}, 0)`,
      )}
      from wallets left join moved on moved."user" = wallets.user_id
      union all
      select "user", ${purse(
        () => "0",
        (column) => `moved.${column}`,
      )}
      from moved where not exists (select 1 from wallets where wallets.user_id = moved."user")
    )
    ${columns.map(line).join(" union all ")}`,
}

const fits = (end: "from" | "to") => {
  const cases = Object.entries({ ...userAccounts, ...houseAccounts }).map(
    ([account, { currencies: own, owned }]) =>
      `when '${account}' then currency in (${own.join(", ")})${owned ? ` and ${end}_user is not null` : ""}`,
  )
  return `case ${end}_account ${cases.join(" ")} else false end`
}

/** The key says which row caused a transfer, so that other checks may go by cause and row. */
export const transfersFit = (causes: string[]): Check => ({
  name: "transfers are above zero, of one currency, and say their cause",
  lines: `
    select id as transfer, key, currency, amount, from_account, to_account, ${zeroIf(`
      amount > 0 and ${fits("from")} and ${fits("to")} and cause in (${listOf(causes)})
      and substr(key, 1, length(cause || ' ' || cause_id || ' ')) = cause || ' ' || cause_id || ' '`)} as wrong
    from transfers`,
})

/** Each leg has a key of its own; without the unique index that keeps it so, one could stand for two. */
export const transfersOnce: Check = {
  name: "no transfer was made twice",
  lines: `select key, count(*) as times, ${oneIf("count(*) > 1")} as wrong from transfers group by key`,
}
