import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { cashIsOn } from "./window.ts"

export const languages = ["english", "chinese"] as const
export type Language = (typeof languages)[number]

/** What people are told before they withdraw. */
export interface Notice {
  /** What a withdrawal costs, and the least of one. */
  explanation: string
  /** When withdrawals are shut. */
  notice: string
}

/** Puts the fee, the least and the shut days as they are configured into words. */
export async function cashNotice(app: Pick<App, "config">, db: Db, language: Language): Promise<Notice> {
  const { cashFeePercent, cashRiceMin, cashShutDays } = app.config
  const say = words[language]
  const fee = cashFeePercent > 0 ? say.fee(cashFeePercent) : say.noFee
  const days = cashShutDays && (cashShutDays.first === cashShutDays.last ? say.day : say.days)
  const open = days ? days(cashShutDays.first, cashShutDays.last) : say.open
  return {
    explanation: `${fee}${say.least(cashRiceMin)}`,
    notice: (await cashIsOn(db)) ? open : say.shut,
  }
}

const words = {
  chinese: {
    fee: (percent: number) => `根据相关法律你的提现金额要被收取 ${percent}%手续费, 实际到账可能会少于提现金额`,
    noFee: "提现不收取手续费",
    least: (rice: number) => `, 每次至少提现 ${rice} 米粒`,
    days: (first: number, last: number) => `每月 ${first}-${last} 号为系统结算日, 提现功能将关闭`,
    day: (day: number) => `每月 ${day} 号为系统结算日, 提现功能将关闭`,
    open: "提现功能每天开放",
    shut: "提现功能暂时关闭",
  },
  english: {
    fee: (percent: number) =>
      `As the law requires, a fee of ${percent}% is kept of a withdrawal, so you may receive less than you asked for.`,
    noFee: "Withdrawals are free of charge.",
    least: (rice: number) => ` The least of a withdrawal is ${rice} rice.`,
    days: (first: number, last: number) =>
      `The system settles its accounts on days ${first} to ${last} of every month; withdrawals are shut then.`,
    day: (day: number) => `The system settles its accounts on day ${day} of every month; withdrawals are shut then.`,
    open: "Withdrawals are open every day.",
    shut: "Withdrawals are shut for the time being.",
  },
}
