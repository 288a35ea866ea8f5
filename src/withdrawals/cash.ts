import { and, eq, ne, sum } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { write } from "../db/write.ts"
import { assertRealName, isOwnName } from "../real_names/real_name.ts"
import { refuse } from "../refusal.ts"
import { openSealed } from "../sealed.ts"
import { maturedRice } from "../wallet/rice.ts"
import { holdWallets, riceOf, walletOf } from "../wallet/wallet.ts"
import { type Card, cardOf, sealedFor } from "./card.ts"
import { assertCovers, holdRice } from "./hold.ts"
import { cashPhoneOf } from "./phone.ts"
import { withdrawals } from "./tables.ts"
import { assertOpen, whyShut } from "./window.ts"

export interface CashRequest {
  yuan: number
  /** 0 Android, 1 iOS. */
  platform: number
  request: RequestKey | undefined
}

/**
 * Asks for rice to be paid out to the user's card: it is held until an operator pays or rejects.
 *
 * @returns the withdrawal's id
 * @throws {Refusal} `cash.shut`, `cash.phone_unbound`, `realname.missing`, `realname.pending`, `input.invalid` without a card
 * of one's own, `cash.under_least`, `wallet.rice_short`, `cash.over_sum`, `request.reused`
 */
export function withdraw(app: App, userId: number, { yuan, platform, request }: CashRequest): Promise<number> {
  return write(app, (tx) =>
    once(app, tx, request, async () => {
      const wallet = await holdWallets(tx, userId)
      await assertOpen(app, tx, wallet)
      if (!(await cashPhoneOf(tx, userId))) refuse("cash.phone_unbound")
      await assertRealName(tx, userId)
      const card = (await cardOf(tx, userId)) ?? refuse("input.invalid", { message: "Add a bank card first." })
      await assertOwnCard(app, tx, userId, card)
      const rice = yuan * app.config.ricePerYuan
      if (rice < app.config.cashRiceMin) refuse("cash.under_least")
      await assertCovers(app, tx, wallet, rice)
      if (yuan > (await leftToday(app, tx, userId))) {
        refuse("cash.over_sum", { message: "The amount is over what can be withdrawn in a day." })
      }
      const { bank, sealedHolder, sealedNumber, tail } = card
      const fee = feeOf(app, rice)
      return holdRice(app, tx, {
        userId,
        kind: "cash",
        rice,
        yuan,
        ...fee,
        bank,
        sealedHolder,
        sealedNumber,
        tail,
        platform,
      })
    }),
  )
}

/** A card added before its owner's real name was approved may be somebody else's. */
async function assertOwnCard(app: App, tx: Db, userId: number, { sealedHolder }: Card): Promise<void> {
  const holder = openSealed(app, sealedFor.holder, sealedHolder)
  if (!(await isOwnName(app, tx, userId, holder))) {
    refuse("input.invalid", { message: "The bank card is not in your real name; add one that is." })
  }
}

/** The fee on so much rice: whole rice, rounded up, and what that is worth in whole fen, rounded down. */
function feeOf({ config }: App, rice: number) {
  const feeRice = Math.ceil((rice * config.cashFeePercent) / 100)
  return { feeRice, feeFen: Math.floor((feeRice * 100) / config.ricePerYuan) }
}

const askedOn = query<{ userId: number; day: number }>()((db, $) =>
  db
    .select({ yuan: sum(withdrawals.yuan).mapWith(Number) })
    .from(withdrawals)
    .where(and(eq(withdrawals.userId, $.userId), eq(withdrawals.day, $.day), ne(withdrawals.state, "rejected")))
    .prepare(),
)

/** Yuan that a user may still ask for today; what was rejected does not count. */
async function leftToday(app: App, db: Db, userId: number): Promise<number> {
  const [today] = await askedOn(db, { userId, day: app.calendar.dayOf(app.now()) })
  return Math.max(0, app.config.cashDayMax - (today?.yuan ?? 0))
}

export interface CashPage {
  /** Rice in the wallet, bonus rice too. */
  rice: number
  /** What the rice that can be withdrawn is worth, in whole yuan. */
  allYuan: number
  /** The most {@link withdraw} would take today; 0 when it would take nothing. */
  todayYuan: number
}

/** What a user could withdraw, all in all and today. */
export async function cashPage(app: App, userId: number): Promise<CashPage> {
  const db = app.db.read
  const { ricePerYuan, cashRiceMin } = app.config
  const wallet = await walletOf(db, userId)
  const allYuan = Math.floor((await maturedRice(app, db, wallet)) / ricePerYuan)
  const most = Math.min(allYuan, await leftToday(app, db, userId))
  const isNothing = most * ricePerYuan < cashRiceMin || (await whyShut(app, db, wallet)) !== undefined
  return { rice: riceOf(wallet), allYuan, todayYuan: isNothing ? 0 : most }
}
