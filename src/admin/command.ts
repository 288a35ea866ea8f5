import type { App } from "../app.ts"
import { mint } from "./mint.ts"
import { grant, revoke, roleHolders } from "./role.ts"
import { type Role, roleNames } from "./tables.ts"

export const adminUsage = `mili admin grant ACCOUNT [ROLE]    let an account act as ${roleNames.join(", ")} (admin)
mili admin revoke ACCOUNT [ROLE]   take a role, or all roles, away
mili admin list                    who has which role
mili admin mint N                  make N test accounts; prints "uid token" a line`

const verbs = ["grant", "revoke", "list", "mint"]

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
    case "mint":
      for await (const { userId, token } of mint(app, countFrom(subject))) print(`${userId} ${token}\n`)
      return
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

const mintMax = 1_000_000

function countFrom(given: string): number {
  const count = Number(given)
  if (!/^\d+$/.test(given) || count < 1 || count > mintMax) throw new Error(`N must be from 1 to ${mintMax}.`)
  return count
}
