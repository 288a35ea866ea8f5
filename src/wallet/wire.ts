import { z } from "zod"
import { whole } from "../wire/fields.ts"
import { diamondsOf, type Wallet } from "./wallet.ts"

export const ScoreExchange = z.object({ diamond: whole(1, 1_000_000_000) })

export const balances = (wallet: Wallet) => ({ diamond: diamondsOf(wallet), score: wallet.score })

export const scoreRow = ({ diamonds, score }: { diamonds: number; score: number }) => ({
  Diamond: diamonds,
  Score: score,
})
