import { type Answer, ask, Unanswered } from "../../fetching/ask.ts"
import { SmsNotSent } from "./index.ts"

/**
 * Asks a vendor of messages once.
 *
 * @param timeout how long it may take, in milliseconds
 * @throws {SmsNotSent} when nobody was connected to, and {Error} for no answer or a fault of the vendor's: a gateway that
 * gave up waiting says nothing of what happened behind it
 */
export async function askVendor(who: string, url: string, request: RequestInit, timeout: number): Promise<Answer> {
  const answer = await ask(who, url, request, timeout).catch((error: unknown) => {
    throw error instanceof Unanswered && error.unheard ? new SmsNotSent(error.message) : error
  })
  if (answer.status === 429) throw new SmsNotSent(`${who} answered 429`)
  if (answer.status >= 500) throw new Error(`${who} answered ${answer.status}`)
  return answer
}
