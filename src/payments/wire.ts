import { z } from "zod"
import type { App } from "../app.ts"
import type { WeixinCall } from "../providers/pay/index.ts"
import { flag, id, name, opaque, page, text, whole } from "../wire/fields.ts"
import { createClock, unixSeconds } from "../wire/times.ts"
import type { OrderEntry } from "./desk.ts"
import type { GoogleOrder } from "./google.ts"
import type { Order } from "./order.ts"
import type { Pack } from "./pack.ts"
import type { OrderState } from "./tables.ts"

export const WeixinPrepay = z.object({ itemid: text(1, 64) })
/** A base64 receipt, which grows with every purchase it lists, or a signed transaction. */
export const ApplePay = z.object({ receipt: opaque(1, 200_000) })
export const GooglePay = z.object({
  productId: text(1, 64).optional(),
  purchase_data: opaque(1, 8_000).optional(),
  signature: opaque(1, 2_000).optional(),
  purchase_token: opaque(1, 2_000).optional(),
})

const states = ["created", "paid", "credited", "refunded", "failed"] as const satisfies OrderState[]

export const Orders = z.object({
  ...page,
  oid: id().optional(),
  state: z.enum(states, { error: `must be one of ${states.join(", ")}` }).optional(),
  /** What the providers know it by. */
  number: text(1, 64).optional(),
})
export const AskAbout = z.object({ id: id() })
export const Refund = z.object({ id: id(), why: text(1, 500) })

const packKeys = {
  describe: name(1, 80),
  /** Yuan. */
  money: whole(1, 1_000_000),
  diamonds: whole(1, 1_000_000_000),
  on_sale: flag(),
}

export const Packs = z.object(page)
export const AddPack = z.object({
  platform: z.enum(["android", "ios"], { error: "must be android or ios" }),
  item_id: text(1, 64),
  ...packKeys,
  on_sale: packKeys.on_sale.default(true),
})
export const ChangePack = z.object({ id: id(), ...z.object(packKeys).partial().shape })

/** A pack as the operator keeps it. */
export const shelfRow = (pack: Pack) => ({
  id: String(pack.id),
  platform: pack.platform,
  item_id: pack.itemId,
  describe: pack.describe,
  money: pack.money,
  diamonds: pack.diamonds,
  on_sale: pack.onSale,
})

/** An order as an operator reads it; what a store wants to hear about it is nobody's business. */
export function orderRow(app: Pick<App, "config">) {
  const clock = createClock(app.config)
  const time = (at: number | null) => (at === null ? "" : clock.plain(at))
  return (order: Order) => ({
    id: String(order.id),
    number: order.number,
    uid: String(order.userId),
    provider: order.provider,
    state: order.state,
    item_id: order.itemId,
    quantity: order.quantity,
    money: String(order.fen / 100),
    diamonds: order.diamonds,
    sandbox: order.sandbox,
    transaction_id: order.transactionId ?? "",
    note: order.note,
    create_time: clock.plain(order.createdAt),
    settle_time: time(order.settledAt),
    refund_time: time(order.refundedAt),
    check_time: time(order.checkAt),
  })
}

/** The same with who made it. */
export const orderEntryRow = (app: Pick<App, "config">) => {
  const row = orderRow(app)
  return ({ order, nickName }: OrderEntry) => ({ ...row(order), nick_name: nickName })
}

const packRow = ({ itemId, describe, money, diamonds }: Pack) => ({
  ItemId: itemId,
  Describe: describe,
  Money: money,
  Diamond: diamonds,
})

interface Shop {
  ad: { id: number; image: string } | undefined
  packs: Pack[]
  diamonds: number
}

/** What the apps show before a purchase; balance and packs stand inside `ad`, as documented, and beside it. */
export const shopObject = ({ ad, packs, diamonds: diamond }: Shop) => {
  const item = packs.map(packRow)
  return { ad: { AdId: ad?.id ?? 0, Image: ad?.image ?? "", diamond, item }, diamond, item }
}

export const weixinObject = (call: WeixinCall) => ({
  Noncestr: call.nonce,
  Prepayid: call.prepayId,
  Timestamp: call.timestamp,
  Sign: call.sign,
  Appid: call.appId,
  Partnerid: call.partnerId,
  Package: call.packageValue,
})

/** The documented keys where there is nothing to pay any more. */
export const noOrder = { Noncestr: "", Prepayid: "", Timestamp: "", Sign: "" }

/** The documented answer to a Google order: the fields are WeChat's, and `Prepayid` is the order's number. */
export const googleObject = ({ number, createdAt, nonce }: GoogleOrder) => ({
  Noncestr: nonce,
  Prepayid: number,
  Timestamp: String(unixSeconds(createdAt)),
  Sign: "",
})
