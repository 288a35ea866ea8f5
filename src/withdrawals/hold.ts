import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { currencies, transfer } from "../wallet/ledger.ts"
import { maturedRice } from "../wallet/rice.ts"
import type { Wallet } from "../wallet/wallet.ts"
import { withdrawals } from "./tables.ts"

/**
 * Makes sure that a wallet, which the write holds, can let so much rice go. Bonus rice is not asked: it buys nothing out.
 *
 * @throws {Refusal} `wallet.rice_short`, or `cash.over_sum` for rice that is there and has not matured
 */
export async function assertCovers(app: App, tx: Db, wallet: Wallet, rice: number): Promise<void> {
  if (wallet.rice < rice) refuse("wallet.rice_short")
  const matured = await maturedRice(app, tx, wallet)
  if (matured < rice) {
    refuse("cash.over_sum", { message: `Of your rice ${matured} can be withdrawn now; the rest has to mature first.` })
  }
}

type Wish = Omit<typeof withdrawals.$inferInsert, "id" | "state" | "day" | "createdAt">

/** Files a withdrawal and holds its rice until an operator decides. @returns its id */
export async function holdRice(app: App, tx: Db, wish: Wish): Promise<number> {
  const now = app.now()
  const [filed] = await tx
    .insert(withdrawals)
    .values({ ...wish, state: "pending", day: app.calendar.dayOf(now), createdAt: now })
    .returning({ id: withdrawals.id })
  const id = filed?.id ?? refuse("server.unexpected")
  await transfer(app, tx, {
    cause: "withdrawal",
    causeId: id,
    leg: "hold",
    currency: currencies.rice,
    amount: wish.rice,
    from: { account: "rice", user: wish.userId },
    to: { account: "holds", user: wish.userId },
  })
  return id
}
