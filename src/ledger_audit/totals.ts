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

const dayMs = 86_400_000

/**
 * Rice by the day it was earned is what that day's gifts of bought diamonds made, less what was taken back of them. Only
 * days are looked at that surely are not forgotten: of those that may not be withdrawn yet, from the first that anybody
 * still has, since a longer maturity brings no forgotten day back.
 */
export async function earningsCheck(app: Pick<App, "calendar" | "config" | "now">, moment: Moment): Promise<Check> {
  const { calendar } = app
  // Of no row at all both are null, which is day 0.
  const [kept] = await moment.rows("select min(day) as oldest, max(day) as newest from earnings")
  const first = Math.max(firstImmatureDay(app) - 1, Number(kept?.["oldest"]))
  const last = Math.max(calendar.dayOf(app.now()), Number(kept?.["newest"])) + 1
  return addsUp(
    "days' earnings are the rice of their gifts",
    ["user", "day"],
    `select user_id as "user", day, rice as total from earnings where day >= ${first}`,
    `select receiver_id as "user", ${dayOf(calendar, first, last)} as day,
       bought_rice - taken_back * (bought_rice / bought) as amount
     from gifts where bought > 0 and created_at >= ${startOf(calendar, first)}`,
  )
}

/** SQL for the day of a gift that was given on or after the first of these days. */
function dayOf(calendar: App["calendar"], first: number, last: number): string {
  const cases: string[] = []
  for (let day = last; day >= first; day--) cases.push(`when created_at >= ${startOf(calendar, day)} then ${day}`)
  return `case ${cases.join(" ")} end`
}

/** When a day begins, in milliseconds since 1970: zones are less than a day away from UTC. */
function startOf(calendar: App["calendar"], day: number): number {
  let before = (day - 1) * dayMs
  let start = (day + 1) * dayMs
  while (start - before > 1) {
    const middle = Math.floor((before + start) / 2)
    if (calendar.dayOf(middle) >= day) start = middle
    else before = middle
  }
  return start
}
