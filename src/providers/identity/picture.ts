import { Crowded, createGate } from "../../fetching/gate.ts"
import { fetchPublic, internet, NotFetched } from "../../fetching/public_fetch.ts"

/** Vendors' pictures have some ten kilobytes; a person waits for theirs while they sign in. */
const limits = { bytesMost: 5 * 1024 * 1024, timeout: 5_000 }
/** Pictures in hand at once: their bytes are in memory meanwhile. */
const atOnce = 8

/** Pictures of people, from addresses that may be anybody's word. */
export interface Pictures {
  /**
   * Fetches one and has something done with it. What it is has to be looked at: it may be anything.
   *
   * @throws {NotFetched} when there is none, or none that may be fetched; and what `use` throws
   */
  fetch<T>(url: string, use: (bytes: Uint8Array) => Promise<T>): Promise<T>
}

export function publicPictures(network = internet): Pictures {
  const gate = createGate(atOnce)
  return {
    fetch: (url, use) =>
      gate(async () => use(await fetchPublic(url, limits, network))).catch((error: unknown) => {
        throw error instanceof Crowded ? new NotFetched(`of pictures ${error.message}`) : error
      }),
  }
}
