import { eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { switches } from "./tables.ts"

/** What an operator can turn, and how each stands until somebody does. */
const asItComes = {
  /** People may ask for withdrawals. */
  cash: true,
  /** Test accounts cannot be sent gifts. */
  test_account_check: true,
  /** Going live and withdrawing need an approved real name. */
  real_name: false,
} as const satisfies Record<string, boolean>

export type SwitchName = keyof typeof asItComes

export const switchNames = Object.keys(asItComes) as SwitchName[]

const byName = query<{ name: string }>()((db, $) =>
  db.select({ isOn: switches.isOn }).from(switches).where(eq(switches.name, $.name)).prepare(),
)

/** Whether a switch is on now. */
export async function isOn(db: Db, name: SwitchName): Promise<boolean> {
  const [found] = await byName(db, { name })
  return found?.isOn ?? asItComes[name]
}

/** Turns a switch, inside an operator's write. */
export async function turn(tx: Db, name: SwitchName, on: boolean): Promise<void> {
  await tx
    .insert(switches)
    .values({ name, isOn: on })
    .onConflictDoUpdate({ target: switches.name, set: { isOn: on } })
    .returning({ id: switches.id })
}

/** Turns a switch for an operator. */
export function turnSwitch(app: App, actor: string, name: SwitchName, on: boolean): Promise<void> {
  return write(app, async (tx) => {
    await turn(tx, name, on)
    await audit(app, tx, { actor, act: "switch.turn", target: name, detail: { on } })
  })
}

/** Every switch and how it stands now. */
export const everySwitch = (db: Db): Promise<{ name: SwitchName; on: boolean }[]> =>
  Promise.all(switchNames.map(async (name) => ({ name, on: await isOn(db, name) })))
