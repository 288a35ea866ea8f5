import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { isOn } from "../switches/switch.ts"
import type { Wallet } from "../wallet/wallet.ts"

/** Whether withdrawals are turned on, whatever the day. */
export const cashIsOn = (db: Db) => isOn(db, "cash")

/**
 * Why this wallet's rice may not leave now, or undefined when it may: the switch is off, it is a day of the month on which
 * nothing leaves, or its owner owes diamonds of refunded payments.
 */
export async function whyShut(app: App, db: Db, { debt }: Wallet): Promise<"switch" | "day" | "debt" | undefined> {
  if (!(await cashIsOn(db))) return "switch"
  const days = app.config.cashShutDays
  const today = app.calendar.dayOfMonth(app.now())
  if (days && days.first <= today && today <= days.last) return "day"
  return debt > 0 ? "debt" : undefined
}

const sentences = {
  switch: "Withdrawals are shut for the time being.",
  day: "Withdrawals are shut on this day of the month.",
  debt: "Withdrawals are shut until the diamonds of refunded payments are made up for.",
}

/** @throws {Refusal} `cash.shut` */
export async function assertOpen(app: App, db: Db, wallet: Wallet): Promise<void> {
  const why = await whyShut(app, db, wallet)
  if (why) refuse("cash.shut", { message: sentences[why] })
}
