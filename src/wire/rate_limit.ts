import { refuse } from "../refusal.ts"

/** Callers remembered at most; the one not heard of for longest is forgotten first, having surely regained its tokens. */
const callersMax = 100_000

export interface RateLimit {
  /** Calls a second in the long run. */
  perSecond: number
  /** Calls that may come at once. */
  burst: number
}

interface Bucket {
  tokens: number
  at: number
}

/**
 * A token bucket a caller.
 *
 * @returns a check that throws `server.too_fast`, with the seconds to wait, when a caller's bucket is empty
 */
export function createRateLimiter({ perSecond, burst }: RateLimit, now: () => number = () => performance.now()) {
  const buckets = new Map<string, Bucket>()
  return (caller: string) => {
    const at = now()
    const bucket = buckets.get(caller) ?? { tokens: burst, at }
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1_000) * perSecond)
    bucket.at = at
    // Set anew, so that the map's order is the order of last use.
    buckets.delete(caller)
    buckets.set(caller, bucket)
    if (buckets.size > callersMax) for (const oldest of buckets.keys()) return void buckets.delete(oldest)
    if (bucket.tokens < 1) refuse("server.too_fast", { retryAfter: (1 - bucket.tokens) / perSecond })
    bucket.tokens -= 1
  }
}

/** What one address may call in general: enough for a household or an office behind one address. */
export const ordinary: RateLimit = { perSecond: 100, burst: 400 }

/** What one address may call where passwords, codes and phone numbers could be guessed. */
export const guessing: RateLimit = { perSecond: 1, burst: 60 }
