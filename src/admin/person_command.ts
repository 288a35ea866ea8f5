import { open, rm } from "node:fs/promises"
import type { App } from "../app.ts"
import { erasePerson } from "./erase.ts"
import { exportPerson, type Wish } from "./export.ts"

export const personUsage = `mili admin export UID [FILE] [--with-identity]
                                   everything about one person, as JSON
mili admin erase UID [--even-with-money] --why TEXT
                                   make one person's account anonymous for ever; this cannot be undone`

/** Runs `mili admin export`. @throws with a sentence for the operator, also when the file is there already */
export async function runExport(
  app: App,
  userId: number,
  args: string[],
  print: (text: string) => void,
): Promise<void> {
  const flag = "--with-identity"
  const [file, ...more] = args.filter((one) => one !== flag)
  if (more.length > 0 || file?.startsWith("--")) throw new Error(`Usage:\n${personUsage}`)
  const wish = { actor: "cli", withIdentity: args.includes(flag) }
  if (file === undefined) {
    for await (const piece of exportPerson(app, userId, wish)) print(piece)
    return
  }
  await exportTo(file, app, userId, wish)
  print(`What there is of user ${userId} is in ${file}.\n`)
}

/** A file for its owner's eyes, whole or not at all. */
async function exportTo(file: string, app: App, userId: number, wish: Wish): Promise<void> {
  const target = await open(file, "wx", 0o600)
  try {
    for await (const piece of exportPerson(app, userId, wish)) await target.appendFile(piece)
    await target.sync()
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await target.close()
  }
}

/** Runs `mili admin erase`. @throws with a sentence for the operator */
export async function runErase(app: App, userId: number, args: string[], print: (text: string) => void): Promise<void> {
  const flag = "--even-with-money"
  const [first, ...words] = args.filter((one) => one !== flag)
  const why = words.join(" ").trim()
  if (first !== "--why" || why === "") throw new Error(`Usage:\n${personUsage}`)
  const left = await erasePerson(app, { userId, actor: "cli", why, evenWithMoney: args.includes(flag) })
  const money = left.length > 0 ? ` ${left.join(", ")} stay in the ledger and are nobody's.` : ""
  print(`User ${userId} is erased.${money}\n`)
}
