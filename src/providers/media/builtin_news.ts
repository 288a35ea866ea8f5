import type { Log } from "../../log.ts"

/** Tells a listener what happens in each room in its order, however long the listener takes: none of it overtakes another. */
export function createNews(log: Log) {
  const telling = new Map<number, Promise<void>>()
  return {
    tell(roomId: number, tell: () => Promise<unknown>): void {
      const told = (telling.get(roomId) ?? Promise.resolve())
        .then(tell)
        .catch((error) => log.error("a stream's news was lost", { roomId, error }))
        .then(() => {
          if (telling.get(roomId) === told) telling.delete(roomId)
        })
      telling.set(roomId, told)
    },
    /** Resolves once everything so far was told. */
    told: async (): Promise<void> => void (await Promise.all(telling.values())),
  }
}
