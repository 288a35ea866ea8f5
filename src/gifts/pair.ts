import { sql } from "drizzle-orm"
import { type Db, query } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { giftPairs } from "./tables.ts"

/** Gifts of a kind to the same receiver make a combo when no more than so many milliseconds lie between them. */
const comboMs = 10_000

/** What one person gives another. */
export interface Giving {
  giverId: number
  receiverId: number
  kindId: number
  number: number
  diamonds: number
  /** Milliseconds since 1970. */
  at: number
}

const goesOn = sql`${giftPairs.comboKindId} = ${sql.placeholder("kindId")} and ${giftPairs.comboAt} >= ${sql.placeholder("since")}`

const add = query<Giving & { since: number }>()((db, $) =>
  db
    .insert(giftPairs)
    .values({
      giverId: $.giverId,
      receiverId: $.receiverId,
      diamonds: $.diamonds,
      comboKindId: $.kindId,
      combo: $.number,
      comboAt: $.at,
    })
    .onConflictDoUpdate({
      target: [giftPairs.giverId, giftPairs.receiverId],
      set: {
        diamonds: sql`${giftPairs.diamonds} + ${$.diamonds}`,
        combo: sql`case when ${goesOn} then ${giftPairs.combo} else 0 end + ${$.number}`,
        comboKindId: sql`${$.kindId}`,
        comboAt: sql`${$.at}`,
      },
    })
    .returning({ combo: giftPairs.combo })
    .prepare(),
)

/**
 * Adds a gift to what its pair's boards show, inside the gift's write; a giver's own total is the experience.
 *
 * @returns how many of its kind were given in a row, these included
 */
export async function countForPair(tx: Db, giving: Giving): Promise<number> {
  const [pair] = await add(tx, { ...giving, since: giving.at - comboMs })
  return pair?.combo ?? refuse("server.unexpected")
}
