import { z } from "zod"
import { whole } from "../wire/fields.ts"
import { diamondsOf, type Wallet } from "./wallet.ts"

/** `diamond` names the row of `score_config` by its price. */
export const ScoreExchange = z.object({ diamond: whole(1, 1_000_000_000) })

/** What a wallet has to spend: diamonds whatever their origin, and score. */
export const balances = (wallet: Wallet) => ({ diamond: diamondsOf(wallet), score: wallet.score })

/** What so many diamonds buy. */
export const scoreRow = ({ diamonds, score }: { diamonds: number; score: number }) => ({
  Diamond: diamonds,
  Score: score,
})
