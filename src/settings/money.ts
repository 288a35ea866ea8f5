import { monthDays, optional, type Setting, setting, whole } from "./setting.ts"

/** What diamonds and rice are worth, and how they leave. */
export const moneySettings = {
  ricePerDiamond: setting("RICE_PER_DIAMOND", "1", "Rice a host earns for a diamond's worth of gifts", whole(1, 1_000)),
  riceMaturityDays: setting("RICE_MATURITY_DAYS", "7", "Whole days before earned rice can be withdrawn", whole(0, 365)),
  ricePerYuan: setting("RICE_PER_YUAN", "20", "Rice for one yuan of a withdrawal", whole(1, 100_000)),
  cashFeePercent: setting("CASH_FEE_PERCENT", "3", "Percent of a withdrawal kept as the fee", whole(0, 100)),
  cashRiceMin: setting("CASH_RICE_MIN", "1000", "The least rice of a withdrawal", whole(0, 1_000_000_000)),
  cashDayMax: setting("CASH_DAY_MAX", "5000", "The most yuan a user may withdraw a day", whole(1, 1_000_000)),
  cashShutDays: optional("CASH_SHUT_DAYS", "Days of the month on which nothing is withdrawn, e.g. 1-5", monthDays),
  cashTwoApprovers: setting(
    "CASH_TWO_APPROVERS",
    "2000",
    "A person's withdrawals of a day above so many yuan need two operators",
    whole(0, 1_000_000),
  ),
} satisfies Record<string, Setting<unknown>>
