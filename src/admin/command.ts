import type { App } from "../app.ts"
import { type Role, roleNames } from "../rights.ts"
import { switchNames, turnSwitch } from "../switches/switch.ts"
import { creditUser } from "./credit.ts"
import { mint } from "./mint.ts"
import { personUsage, runErase, runExport } from "./person_command.ts"
import { grant, revoke, roleHolders } from "./role.ts"

export const adminUsage = `mili admin grant ACCOUNT [ROLE]    let an account act as ${roleNames.join(", ")} (admin)
mili admin revoke ACCOUNT [ROLE]   take a role, or all roles, away
mili admin list                    who has which role
mili admin credit UID diamond|rice|score AMOUNT --why TEXT   give a user something of the house's
mili admin switch NAME on|off      turn ${switchNames.join(", ")}
mili admin mint N [DIAMONDS]       make N test accounts with so many diamonds; prints "uid token" a line
${personUsage}`

const verbs = ["grant", "revoke", "list", "credit", "switch", "mint", "export", "erase"]

/** @throws with the usage when there is no such verb; asked before a database is opened */
export function assertAdminVerb([verb = ""]: string[]): void {
  if (!verbs.includes(verb)) throw new Error(`Usage:\n${adminUsage}`)
}

/** Runs `mili admin …`, beside a running server if there is one. @throws with a sentence for the operator */
export async function runAdmin(app: App, args: string[], print: (text: string) => void): Promise<void> {
  const [verb, subject = "", third] = args
  switch (verb) {
    case "grant": {
      const role = roleFrom(third ?? "admin")
      await grant(app, "cli", needed(subject, "ACCOUNT"), role)
      return print(`${subject} is now ${role}.\n`)
    }
    case "revoke":
      await revoke(app, "cli", needed(subject, "ACCOUNT"), third === undefined ? undefined : roleFrom(third))
      return print(`${subject} is ${third ?? "operator"} no more.\n`)
    case "list":
      for (const { userId, account, role } of await roleHolders(app)) print(`${userId}\t${account}\t${role}\n`)
      return
    case "credit": {
      const { currency, amount, why } = creditFrom(args.slice(2))
      await creditUser(app, { userId: uidFrom(subject), currency, amount, actor: "cli", why })
      return print(`User ${subject} got ${amount} ${currency}.\n`)
    }
    case "switch": {
      const name = switchNames.find((one) => one === subject)
      if (!name || (third !== "on" && third !== "off")) throw new Error(`Usage:\n${adminUsage}`)
      await turnSwitch(app, "cli", name, third === "on")
      return print(`${name} is ${third} now.\n`)
    }
    case "mint":
      for await (const { userId, token } of mint(app, countFrom(subject), diamondsFrom(third)))
        print(`${userId} ${token}\n`)
      return
    case "export":
      return runExport(app, uidFrom(subject), args.slice(2), print)
    case "erase":
      return runErase(app, uidFrom(subject), args.slice(2), print)
  }
}

function needed(value: string, name: string): string {
  if (value === "") throw new Error(`${name} is missing. Usage:\n${adminUsage}`)
  return value
}

function roleFrom(given: string): Role {
  const role = roleNames.find((name) => name === given)
  if (!role) throw new Error(`There is no role "${given}": ${roleNames.join(", ")}.`)
  return role
}

const amountMax = 1_000_000_000

function uidFrom(given: string): number {
  const uid = Number(given)
  if (!/^\d+$/.test(given) || uid < 1 || !Number.isSafeInteger(uid)) throw new Error("UID must be a user's number.")
  return uid
}

const currencyNames = ["diamond", "rice", "score"] as const

function creditFrom([named = "", given = "", flag = "", ...words]: string[]) {
  const currency = currencyNames.find((name) => name === named)
  const amount = Number(given)
  const why = words.join(" ").trim()
  if (!currency || flag !== "--why" || why === "") throw new Error(`Usage:\n${adminUsage}`)
  if (!/^\d+$/.test(given) || amount < 1 || amount > amountMax)
    throw new Error(`AMOUNT must be from 1 to ${amountMax}.`)
  return { currency, amount, why }
}

function diamondsFrom(given = "0"): number {
  const diamonds = Number(given)
  if (!/^\d+$/.test(given) || diamonds > amountMax) throw new Error(`DIAMONDS must be from 0 to ${amountMax}.`)
  return diamonds
}

const mintMax = 1_000_000

function countFrom(given: string): number {
  const count = Number(given)
  if (!/^\d+$/.test(given) || count < 1 || count > mintMax) throw new Error(`N must be from 1 to ${mintMax}.`)
  return count
}
