import { holding, type PersonalData } from "../personal.ts"
import { dailyMarks, onlineRewards, onlineTimes, signIns } from "./tables.ts"

const kept = { kept: "The ledger is made of them." }

export const bonusesPersonal: PersonalData = {
  holdings: [
    holding({ name: "sign_in_bonuses", table: signIns, whose: [signIns.userId], erasure: kept }),
    holding({ name: "online_rewards", table: onlineRewards, whose: [onlineRewards.userId], erasure: kept }),
    holding({ name: "online_time", table: onlineTimes, whose: [onlineTimes.userId], erasure: "deleted" }),
    holding({ name: "daily_mark", table: dailyMarks, whose: [dailyMarks.userId], erasure: "deleted" }),
  ],
}
