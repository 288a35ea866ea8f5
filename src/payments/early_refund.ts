import { and, eq, lt } from "drizzle-orm"
import { lockName } from "../db/lock.ts"
import type { Db } from "../db/query.ts"
import { earlyRefunds, type PayProviderName } from "./tables.ts"

/** Holds a payment until the write ends, whether or not it was brought here yet: news of it and its credit take turns. */
const holdPayment = (tx: Db, provider: PayProviderName, transactionId: string) =>
  lockName(tx, `payment ${provider} ${transactionId}`)

/** Whether a purchase was taken back before its buyer brought it here; holds it until the write ends. */
export async function wasTakenBack(tx: Db, provider: PayProviderName, transactionId: string): Promise<boolean> {
  await holdPayment(tx, provider, transactionId)
  const [early] = await tx
    .select({ refunded: earlyRefunds.refunded })
    .from(earlyRefunds)
    .where(and(eq(earlyRefunds.provider, provider), eq(earlyRefunds.transactionId, transactionId)))
  return early?.refunded ?? false
}

interface News {
  provider: PayProviderName
  transactionId: string
  refunded: boolean
  /** By the store's clock, in milliseconds: older news changes nothing. */
  saidAt: number
}

/** Remembers what a store said of a purchase, inside a write. The caller then looks for its order, which cannot come between. */
export async function rememberNews(tx: Db, { provider, transactionId, refunded, saidAt }: News): Promise<void> {
  await holdPayment(tx, provider, transactionId)
  await tx
    .insert(earlyRefunds)
    .values({ provider, transactionId, refunded, saidAt })
    .onConflictDoUpdate({
      target: [earlyRefunds.provider, earlyRefunds.transactionId],
      set: { refunded, saidAt },
      setWhere: lt(earlyRefunds.saidAt, saidAt),
    })
    .returning({ id: earlyRefunds.id })
}
