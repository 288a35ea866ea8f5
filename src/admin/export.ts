import { userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { actorOf, audit } from "../audit/audit.ts"
import { write } from "../db/write.ts"
import { type Holding, type Row, rowsOf } from "../personal.ts"
import { everyHolding } from "./person.ts"

export interface Wish {
  actor: string
  /** Real name, document, card holder and addresses in the clear, for the person's own eyes. */
  withIdentity: boolean
}

/**
 * Everything the server keeps of one person, as the pieces of one JSON object with a list for each kind of row. That it was
 * handed out is written down first.
 *
 * @throws {Refusal} `account.unknown`
 */
export async function* exportPerson(app: App, userId: number, { actor, withIdentity }: Wish): AsyncGenerator<string> {
  await write(app, async (tx) => {
    await userById(tx, userId)
    await audit(app, tx, { actor, act: "person.export", target: actorOf(userId), detail: { withIdentity } })
  })
  yield `{"uid": ${userId}, "exported_at": ${JSON.stringify(new Date(app.now()).toISOString())}`
  for (const holding of everyHolding) {
    if (holding.untold !== undefined) continue
    yield `,\n${JSON.stringify(holding.name)}: [`
    let first = true
    for await (const rows of rowsOf(app.db.read, holding, userId)) {
      const lines = rows.map((row) => JSON.stringify(shown(app, holding, row, withIdentity)))
      yield `${first ? "\n" : ",\n"}${lines.join(",\n")}`
      first = false
    }
    yield first ? "]" : "\n]"
  }
  yield "\n}\n"
}

function shown(app: App, { without = [], reveal }: Holding, row: Row, inFull: boolean): Row {
  const told = Object.entries(row).filter(([name]) => !(without as string[]).includes(name))
  const plain = Object.fromEntries(told.map(([name, value]) => [name, readable(name, value)]))
  return { ...plain, ...reveal?.(app, row as never, inFull) }
}

/** The last moment that a date can be: what is later means for ever. */
const lastMoment = 8.64e15

/** Times are kept in milliseconds under names that end in "at" or "until"; 0 stands for never. */
function readable(name: string, value: unknown): unknown {
  if (typeof value !== "number" || !/^(at|until)$|At$|Until$/.test(name)) return value
  if (value === 0) return null
  return value > lastMoment ? "for ever" : new Date(value).toISOString()
}
