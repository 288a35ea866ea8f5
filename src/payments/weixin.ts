import type { App } from "../app.ts"
import { duplicate } from "../db/error.ts"
import { write } from "../db/write.ts"
import { type Callback, PayRefused, type WeixinCall, type WeixinPay } from "../providers/pay/index.ts"
import { refuse } from "../refusal.ts"
import { ask } from "./ask.ts"
import { followUp, nextCheck, payable, unpaidMax } from "./follow_up.ts"
import { askAgain, creditOrder, type Order, openOrder, orderByNumber, setAside } from "./order.ts"
import { packOnSale } from "./pack.ts"
import { refundOrder } from "./refund.ts"

/** Where WeChat brings its notices. */
export const weixinNoticePath = "/pay/weixin_notify"

const minute = 60_000

export interface Prepayment {
  userId: number
  /** A pack's item id, or its price in yuan. */
  asked: string
  /** The buyer's address. */
  ip: string
  /** This server as WeChat reaches it, without a slash at the end. */
  publicUrl: string
}

/**
 * Opens an order at WeChat for the app to pay. It moves no money, so a retry simply opens another order.
 *
 * @throws {Refusal} `payment.unknown_pack`, `provider.unavailable`, `payment.refused`
 */
export async function prepay(app: App, { userId, asked, ip, publicUrl }: Prepayment): Promise<WeixinCall> {
  const provider = app.pay.weixin
  if (!provider) refuse("provider.unavailable", { message: "WeChat Pay is not configured on this server." })
  const pack = await packOnSale(app.db.read, "android", asked)
  const wish = { userId, provider: "weixin", pack, checkAt: app.now() + minute } as const
  const { id, number, fen } = await write(app, (tx) => openOrder(app, tx, wish))
  const notifyUrl = `${publicUrl}${weixinNoticePath}`
  const expiresAt = app.now() + payable
  try {
    return await ask(app, provider.name, () =>
      provider.prepay({ number, description: pack.describe, fen, ip, notifyUrl, expiresAt }),
    )
  } catch (error) {
    await setAside(app, id, "failed", "WeChat did not open it")
    throw error
  }
}

/**
 * Takes WeChat's word that an order was paid.
 *
 * @returns what WeChat wants to read
 * @throws {PayRefused} when it is forged, or does not fit its order; what else goes wrong, so that WeChat tells it again
 */
export async function takeWeixinNotice(app: App, provider: WeixinPay, callback: Callback): Promise<Response> {
  const { number, ...payment } = provider.readNotice(callback)
  const order = await orderByNumber(app.db.read, number)
  if (order?.provider !== "weixin") throw new PayRefused("a notice of an order that is not ours")
  await settle(app, order, payment)
  return provider.answerNotice(undefined)
}

interface Payment {
  transactionId: string
  fen: number
}

/** Credits a paid order once; repeated news of it change nothing. @throws {PayRefused} when it does not fit the order */
async function settle(app: App, order: Order, { transactionId, fen }: Payment): Promise<void> {
  if (order.transactionId !== null) {
    if (order.transactionId === transactionId) return
    throw new PayRefused(`order ${order.id} was paid by another transaction before`)
  }
  if (fen !== order.fen) {
    await setAside(app, order.id, "paid", `asked for ${order.fen} fen, paid ${fen}; transaction ${transactionId}`)
    throw new PayRefused(`order ${order.id} asked for ${order.fen} fen, and ${fen} were paid`)
  }
  const checkAt = nextCheck(app, { state: "credited", createdAt: order.createdAt, settledAt: app.now() })
  const payment = { transactionId, sandbox: app.config.sandbox, checkAt }
  try {
    await write(app, (tx) => creditOrder(app, tx, order, payment))
  } catch (error) {
    if (duplicate(error)) throw new PayRefused(`transaction ${transactionId} paid another order before`)
    throw error
  }
}

/** Asks WeChat about orders whose notice may have been lost, and about paid ones that may have been refunded. */
export async function followUpWeixin(app: App): Promise<void> {
  const provider = app.pay.weixin
  if (provider) await followUp(app, "weixin", (order) => look(app, provider, order))
}

async function look(app: App, provider: WeixinPay, order: Order): Promise<void> {
  const found = await provider.query(order.number)
  if (found.state === "paid" || found.state === "refunded") {
    await settle(app, order, found)
    const settled = await orderByNumber(app.db.read, order.number)
    if (found.state === "refunded" && settled) await refundOrder(app, settled, app.now())
    else if (order.state === "credited") await askAgain(app, order, nextCheck(app, order))
  } else if (order.state !== "credited" && app.now() >= order.createdAt + unpaidMax) {
    await setAside(app, order.id, "failed", "never paid")
  } else {
    await askAgain(app, order, nextCheck(app, order))
  }
}
