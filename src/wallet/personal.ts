import { type Closing, holding, type PersonalData } from "../personal.ts"
import { credits, earnings, exchanges, transfers, wallets } from "./tables.ts"
import { diamondsOf, holdWallets, riceOf } from "./wallet.ts"

const kept = { kept: "The ledger stays whole." }

export const walletPersonal: PersonalData = {
  holdings: [
    holding({ name: "wallet", table: wallets, whose: [wallets.userId], erasure: kept }),
    holding({ name: "transfers", table: transfers, whose: [transfers.fromUser, transfers.toUser], erasure: kept }),
    holding({ name: "earnings", table: earnings, whose: [earnings.userId], erasure: kept }),
    holding({ name: "credits", table: credits, whose: [credits.userId], erasure: kept }),
    holding({ name: "exchanges", table: exchanges, whose: [exchanges.userId], erasure: kept }),
  ],
  close: tellMoney,
}

async function tellMoney({ tx, userId, leave }: Closing): Promise<void> {
  const wallet = await holdWallets(tx, userId)
  const { score, debt } = wallet
  const left = { diamonds: diamondsOf(wallet), rice: riceOf(wallet), score, "diamonds owed": debt }
  for (const [what, amount] of Object.entries(left)) if (amount > 0) leave(`${amount} ${what}`)
}
