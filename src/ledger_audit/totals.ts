import type { App } from "../app.ts"
import type { Moment } from "../db/moment.ts"
import { firstImmatureDay } from "../wallet/rice.ts"
import { addsUp, type Check } from "./check.ts"

/** Running totals that gifts alone feed. */
export const totalChecks: Check[] = [
  addsUp(
    "the boards of pairs count every gift",
    ["giver", "receiver"],
    "select giver_id as giver, receiver_id as receiver, diamonds as total from gift_pairs",
    "select giver_id as giver, receiver_id as receiver, diamonds as amount from gifts",
  ),
  addsUp(
    "rooms count the rice of their gifts",
    ["room"],
    "select id as room, rice as total from rooms",
    "select room_id as room, rice as amount from gifts where room_id is not null",
  ),
  addsUp(
    "users' experience is the diamonds they gave",
    ["user"],
    `select id as "user", user_exp as total from users`,
    `select giver_id as "user", diamonds as amount from gifts`,
  ),
  addsUp(
    "hosts' experience is the rice they earned",
    ["user"],
    `select id as "user", anchor_exp as total from users`,
    `select receiver_id as "user", rice as amount from gifts`,
  ),
]

/**
 * Rice by the day it was earned is what that day's gifts of bought diamonds made, less what was taken back of them. Only
 * days are looked at that surely are not forgotten: of those that may not be withdrawn yet, from the first that anybody
 * still has, since a longer maturity brings no forgotten day back.
 */
export async function earningsCheck(app: Pick<App, "calendar" | "config" | "now">, moment: Moment): Promise<Check> {
  // Of no row at all the oldest is null, which is day 0.
  const [kept] = await moment.rows("select min(day) as oldest from earnings")
  const first = Math.max(firstImmatureDay(app) - 1, Number(kept?.["oldest"]))
  return addsUp(
    "days' earnings are the rice of their gifts",
    ["user", "day"],
    `select user_id as "user", day, rice as total from earnings where day >= ${first}`,
    `select receiver_id as "user", earned_day as day, bought_rice - taken_back * (bought_rice / bought) as amount
     from gifts where bought > 0 and earned_day >= ${first}`,
  )
}
