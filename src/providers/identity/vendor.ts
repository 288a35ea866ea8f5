import type { z } from "zod"
import { type Answer, ask, jsonIn, Unanswered } from "../../fetching/ask.ts"
import { IdentityRefused, IdentityUnavailable } from "./index.ts"

/** What every vendor is told. */
export interface VendorOptions {
  /** Base of its addresses. */
  apiUrl: string
  /** How long a whole check may take, in milliseconds, with all the calls that it needs. */
  timeout: number
}

/**
 * Asks a vendor of sign-in.
 *
 * @param read takes the body for what it is, undefined when it is nothing of the vendor's
 * @throws {IdentityUnavailable} for no answer, a fault of its own, too many calls or a body of no sense
 */
export async function askVendor(
  who: string,
  url: string,
  request: RequestInit,
  signal: AbortSignal,
  read: (answer: Answer) => unknown = jsonIn,
): Promise<{ status: number; body: unknown }> {
  const answer = await ask(who, url, request, signal).catch((error: unknown) => {
    throw error instanceof Unanswered ? new IdentityUnavailable(error.message) : error
  })
  const { status } = answer
  if (status >= 500 || status === 429) throw new IdentityUnavailable(`${who} answered ${status}`)
  const body = read(answer)
  if (body === undefined) throw new IdentityUnavailable(`${who} answered ${status} with nothing that can be read`)
  return { status, body }
}

/** @throws {IdentityUnavailable} for an answer that has not what it should */
export function fieldsOf<S extends z.ZodType>(who: string, schema: S, body: unknown): z.output<S> {
  const { data, success } = schema.safeParse(body)
  if (!success) throw new IdentityUnavailable(`${who}'s answer is malformed`)
  return data
}

/** Asks about a token that is nobody's: a vendor that refuses it is there. */
export async function trouble(question: Promise<unknown>): Promise<string | undefined> {
  try {
    await question
    return undefined
  } catch (error) {
    if (error instanceof IdentityRefused) return undefined
    return error instanceof Error ? error.message : String(error)
  }
}

/** A vendor's picture by HTTPS, which all of their hosts speak; undefined when there is none. */
export const secured = (url: string | undefined): string | undefined =>
  url ? url.replace(/^http:\/\//i, "https://") : undefined
