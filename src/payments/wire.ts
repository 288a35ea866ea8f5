import { z } from "zod"
import type { WeixinCall } from "../providers/pay/index.ts"
import { opaque, text } from "../wire/fields.ts"
import { unixSeconds } from "../wire/times.ts"
import type { GoogleOrder } from "./google.ts"
import type { Pack } from "./pack.ts"

export const WeixinPrepay = z.object({ itemid: text(1, 64) })
/** A base64 receipt, which grows with every purchase it lists, or a signed transaction. */
export const ApplePay = z.object({ receipt: opaque(1, 200_000) })
export const GooglePay = z.object({
  productId: text(1, 64).optional(),
  purchase_data: opaque(1, 8_000).optional(),
  signature: opaque(1, 2_000).optional(),
  purchase_token: opaque(1, 2_000).optional(),
})

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
