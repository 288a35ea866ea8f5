import { assertOk, openConnection } from "./http.ts"

/** Gifts from all sides, and how long each waited for its answer. */
export interface GiftWaits {
  /** Takes the waits from now on for another phase. @returns those of the last one, in milliseconds */
  turn(): number[]
  stop(): Promise<void>
}

/** Sends the requests round and round until stopped, each connection its next one once answered. */
export async function startGifts(port: number, requests: Uint8Array[], clients: number): Promise<GiftWaits> {
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(port)))
  let waits: number[] = []
  let stopped = false
  let sent = 0
  const working = connections.map(async (connection) => {
    while (!stopped) {
      const request = requests[sent++ % requests.length]
      if (!request) throw new Error("there is nothing to send")
      const begun = performance.now()
      assertOk(await connection.exchange(request))
      waits.push(performance.now() - begun)
    }
    connection.close()
  })
  return {
    turn() {
      const taken = waits
      waits = []
      return taken
    },
    async stop() {
      stopped = true
      await Promise.all(working)
    },
  }
}
