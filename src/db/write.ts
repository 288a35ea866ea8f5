import { AsyncLocalStorage } from "node:async_hooks"
import type { App } from "../app.ts"
import type { Db } from "./query.ts"

/** Queues an effect to run once the write is committed and durable; it is forgotten when the write fails. */
export type After = (effect: () => unknown) => void

/**
 * What happens inside one transaction. It may be run again, so it changes nothing but through `tx`, and waits for nothing
 * but `tx`: no provider, file or network call. A refusal thrown inside rolls everything back.
 */
export type Body<T> = (tx: Db, after: After) => Promise<T>

/**
 * The only way to change anything. Resolves when the change is on disk, so an answer given after it survives a power
 * cut.
 *
 * @throws {Refusal} as thrown by the body, or `server.busy` when the database stays locked or the queue is full
 */
export async function write<T>(app: Pick<App, "db" | "log">, body: Body<T>): Promise<T> {
  if (writing.getStore()?.open) throw new Error("A write was begun inside a write; pass tx down instead.")
  const effects: (() => unknown)[] = []
  const result = await app.db.write((tx) => {
    effects.length = 0
    return body(tx, (effect) => effects.push(effect))
  })
  for (const effect of effects) {
    try {
      const done = effect()
      if (done instanceof Promise) done.catch((error) => app.log.error("after write", { error }))
    } catch (error) {
      app.log.error("after write", { error })
    }
  }
  return result
}

/** The body under way in this asynchronous context; closed when the body is over, whatever it left running. */
export interface Scope {
  open: boolean
}

export const writing = new AsyncLocalStorage<Scope>()

/** @throws when a statement of a write is run outside the body it belongs to */
export function assertInsideWrite(): void {
  if (!writing.getStore()?.open) throw new Error("A statement of a write was run outside the write it belongs to.")
}
