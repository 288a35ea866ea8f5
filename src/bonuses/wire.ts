import type { OnlineDay } from "./online.ts"
import type { Run } from "./sign_in.ts"

/** A run of sign-ins as the apps draw it. */
export const runObject = ({ days, taken, takenToday }: Run) => ({
  list: days.map(({ name, score }, at) => ({
    bonus_money: String(score),
    days: String(at + 1),
    has_get: at < taken ? "1" : "0",
    name,
  })),
  today_get: takenToday ? 1 : 0,
})

const seconds = (milliseconds: number) => Math.ceil(milliseconds / 1_000)

/**
 * The next reward for being connected: when it can be taken by whoever stays connected (`reward_time`, unix seconds), in how
 * many seconds, and how much it is; all 0 once every reward of the day was taken.
 */
export const onlineObject = ({ most, taken, next }: OnlineDay, now: number) => ({
  reward_time: next ? seconds(now + next.left) : 0,
  left: next ? seconds(next.left) : 0,
  times: most,
  reward_num: next?.score ?? 0,
  reward_times: taken,
})
