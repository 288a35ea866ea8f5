import type { App } from "../app.ts"
import { PayRefused, PayUnavailable } from "../providers/pay/index.ts"
import { refuse } from "../refusal.ts"
import { diamondsOf, walletOf } from "../wallet/wallet.ts"

/** A user's diamonds now, as every payment answers them. */
export async function diamondsLeft(app: App, userId: number): Promise<number> {
  return diamondsOf(await walletOf(app.db.read, userId))
}

/**
 * Asks a provider. What it says is for the log: the caller hears that it refused, or that it could not be asked.
 *
 * @throws {Refusal} `identity.refused`, `provider.unavailable`
 */
export async function ask<T>(app: App, provider: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    if (error instanceof PayRefused) {
      app.log.warn("payment refused", { provider, error })
      return refuse("identity.refused", { message: "The payment provider refused this payment." })
    }
    if (error instanceof PayUnavailable) {
      app.log.warn("payment provider unavailable", { provider, error })
      return refuse("provider.unavailable", { message: "The payment provider cannot be reached; try again shortly." })
    }
    throw error
  }
}
