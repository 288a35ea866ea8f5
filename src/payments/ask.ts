import type { App } from "../app.ts"
import { PayRefused, PayUnavailable } from "../providers/pay/index.ts"
import { refuse } from "../refusal.ts"

/**
 * Asks a provider. What it says is for the log: the caller hears that it refused, or that it could not be asked.
 *
 * @throws {Refusal} `payment.refused`, `provider.unavailable`
 */
export async function ask<T>(app: App, provider: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    if (error instanceof PayRefused) {
      app.log.warn("payment refused", { provider, error })
      return refuse("payment.refused")
    }
    if (error instanceof PayUnavailable) {
      app.log.warn("payment provider unavailable", { provider, error })
      return refuse("provider.unavailable", { message: "The payment provider cannot be reached; try again shortly." })
    }
    throw error
  }
}
