import { z } from "zod"
import { maskedTel } from "../accounts/phone.ts"
import { phone, platform } from "../accounts/wire.ts"
import type { App } from "../app.ts"
import { address, flag, id, name, oneOf, page, text, whole } from "../wire/fields.ts"
import { createClock } from "../wire/times.ts"
import { type Card, isCardNumber } from "./card.ts"
import type { CashPage } from "./cash.ts"
import type { Item } from "./item.ts"
import { languages, type Notice } from "./notice.ts"
import type { Entry, OpenEntry } from "./record.ts"
import type { Withdrawal, WithdrawalState } from "./tables.ts"

const states = ["pending", "paid", "rejected"] as const satisfies WithdrawalState[]

const code = text(1, 16)

/** Digits that a bank could have given out, without the spaces and dashes people read them by. */
const cardNumber = text(12, 40)
  .transform((value) => value.replace(/[\s-]/g, ""))
  .refine(isCardNumber, { error: "must be a bank card's number" })

const oneWord = <const W extends string>(...words: W[]) =>
  z.enum(words, { error: `must be one of ${words.join(", ")}` })

export const CashTel = z.object({ cash_tel: phone, code, type: platform })
export const ResetTel = z.object({ code, type: platform })
export const AddCard = z.object({ bank: name(1, 40), card_no: cardNumber, real_name: name(1, 40) })
export const CashBank = z.object({ money: whole(1, 1_000_000_000), ptype: oneOf(0, 1).default(0) })
export const CashRecord = z.object(page)
export const ItemConfig = z.object({})
export const ExchangeItem = z.object({ item_id: id(), address: text(0, 300).default("") })

export const CashSysSay = z.object({ lang: oneWord(...languages).default("chinese") })
export const Withdrawals = z.object({ ...page, state: oneWord(...states).optional() })
export const Approve = z.object({ id: id() })
export const Reject = z.object({ id: id(), why: text(1, 500) })

const itemKeys = {
  name: name(1, 80),
  /** Its price in rice. */
  moon: whole(1, 1_000_000_000),
  icon: address(),
  on_sale: flag(),
}

export const Items = z.object(page)
export const AddItem = z.object({
  ...itemKeys,
  icon: itemKeys.icon.default(""),
  stock: whole(0, 1_000_000).default(0),
  on_sale: itemKeys.on_sale.default(true),
})
export const ChangeItem = z.object({
  id: id(),
  ...z.object(itemKeys).partial().shape,
  /** How many came, or below zero went. */
  restock: whole(-1_000_000, 1_000_000).optional(),
})

const maskedCard = (tail: string) => (tail === "" ? "" : `****${tail}`)

export const boundPhone = (tel: string | undefined) => ({
  tel: tel === undefined ? 0 : 1,
  cash_tel: tel === undefined ? "" : maskedTel(tel),
})

/** `earned` is the rice earned ever. */
export const cashOverview = ({ rice, allYuan, todayYuan }: CashPage, earned: number, card: Card | undefined) => ({
  rice: earned,
  money: todayYuan,
  all_money: allYuan,
  current_rice: rice,
  bank: card?.bank ?? "",
  card: maskedCard(card?.tail ?? ""),
})

export const notice = ({ explanation, notice }: Notice, leastRice: number) => ({
  cash_explain: explanation,
  cash_notice: notice,
  min_rice: leastRice,
})

export const itemRow = (item: Item) => ({
  ItemId: item.id,
  Moon: item.moon,
  Name: item.name,
  Icon: item.icon,
  Stock: item.stock,
})

/** Something of the mall as the operator keeps it. */
export const stockRow = (item: Item) => ({
  id: String(item.id),
  name: item.name,
  moon: item.moon,
  icon: item.icon,
  stock: item.stock,
  on_sale: item.onSale,
})

const statuses: Record<WithdrawalState, string> = { pending: "0", paid: "1", rejected: "2" }

/** Fen as yuan: 150 is `1.5`. */
const yuan = (fen: number) => String(fen / 100)

/** Lists withdrawals: `status` is 0 while it waits, 1 paid, 2 rejected; `money` is 0 for goods, which `item` then names. */
export function recordRow(app: Pick<App, "config">) {
  const clock = createClock(app.config)
  return ({ withdrawal, itemName }: Entry) => ({
    id: String(withdrawal.id),
    money: String(withdrawal.yuan),
    fee: yuan(withdrawal.feeFen),
    rice: String(withdrawal.rice),
    status: statuses[withdrawal.state],
    create_time: clock.plain(withdrawal.createdAt),
    finish_time: withdrawal.finishedAt === null ? "" : clock.plain(withdrawal.finishedAt),
    bank: withdrawal.bank,
    card: maskedCard(withdrawal.tail),
    item: itemName ?? "",
    why: withdrawal.why,
  })
}

/** Lists withdrawals for whoever carries them out: `pay` is what is to be sent, the money without the fee. */
export function operatorRow(app: Pick<App, "config">) {
  const row = recordRow(app)
  return (entry: OpenEntry) => ({
    ...row(entry),
    uid: String(entry.withdrawal.userId),
    nick_name: entry.nickName,
    pay: yuan(entry.withdrawal.yuan * 100 - entry.withdrawal.feeFen),
    real_name: entry.holder ?? null,
    card_no: entry.number ?? null,
    address: entry.address ?? null,
    ptype: String(entry.withdrawal.platform),
    first_approver: entry.withdrawal.firstApprover ?? "",
    decided_by: entry.withdrawal.decidedBy ?? "",
  })
}

/** What became of a withdrawal; `waits_for_another` when a second operator must approve it too. */
export const outcome = ({ id: number, state, firstApprover }: Withdrawal) => ({
  id: String(number),
  status: statuses[state],
  waits_for_another: state === "pending" && firstApprover !== null,
})
