import type { App } from "../app.ts"
import { duplicate } from "../db/error.ts"
import { write } from "../db/write.ts"
import { type Callback, PayRefused, PayUnavailable, type WeixinCall, type WeixinPay } from "../providers/pay/index.ts"
import { refuse } from "../refusal.ts"
import { ask } from "./ask.ts"
import { askAgain, creditOrder, dueOrders, type Order, openOrder, orderByNumber, setAside } from "./order.ts"
import { packOnSale } from "./pack.ts"
import { refundOrder } from "./refund.ts"

const minute = 60_000
const day = 1_440 * minute
/** WeChat keeps a prepared order open for so long, in milliseconds. */
const payable = 120 * minute
/** When an unpaid order is asked about, after it was opened and after each time before. */
const pausesUnpaid = [1, 2, 5, 10, 30, 60, 120].map((minutes) => minutes * minute)
/** When a paid one is, to hear of refunds. */
const pausesPaid = [1, 2, 7, 20, 60, 90].map((days) => days * day)

/** Where WeChat brings its notices. */
export const weixinNoticePath = "/pay/weixin_notify"

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
 * Opens an order at WeChat for the app to pay.
 *
 * @throws {Refusal} `payment.unknown_pack`, `provider.unavailable`, `identity.refused`
 */
export async function prepay(app: App, { userId, asked, ip, publicUrl }: Prepayment): Promise<WeixinCall> {
  const provider = weixinOf(app)
  const pack = await packOnSale(app.db.read, "android", asked)
  const checkAt = app.now() + (pausesUnpaid[0] ?? 0)
  const { id, number, fen } = await openOrder(app, { userId, provider: "weixin", pack, checkAt })
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

function weixinOf(app: App): WeixinPay {
  return app.pay.weixin ?? refuse("provider.unavailable", { message: "WeChat Pay is not configured on this server." })
}

/**
 * Takes WeChat's word that an order was paid.
 *
 * @returns what WeChat wants to read
 */
export async function takeWeixinNotice(app: App, callback: Callback): Promise<Response> {
  const provider = weixinOf(app)
  try {
    const { number, ...payment } = provider.readNotice(callback)
    const order = await orderByNumber(app.db.read, number)
    if (order?.provider !== "weixin") throw new PayRefused("a notice of an order that is not ours")
    await settle(app, order, payment)
    return provider.answerNotice(undefined)
  } catch (error) {
    if (!(error instanceof PayRefused)) throw error
    app.log.warn("payment notice refused", { provider: provider.name, error })
    return provider.answerNotice("refused")
  }
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
  const payment = { transactionId, sandbox: app.config.sandbox, checkAt: app.now() + (pausesPaid[0] ?? 0) }
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
  if (!provider) return
  for (const order of await dueOrders(app, "weixin")) {
    try {
      await followUp(app, provider, order)
    } catch (error) {
      if (!(error instanceof PayUnavailable || error instanceof PayRefused)) throw error
      app.log.warn("payment not followed up", { provider: provider.name, order: order.id, error })
      if (error instanceof PayUnavailable) return
      await askAgain(app, order, nextCheck(app, order))
    }
  }
}

async function followUp(app: App, provider: WeixinPay, order: Order): Promise<void> {
  const found = await provider.query(order.number)
  const paid = found.state === "paid" || found.state === "refunded"
  if (order.state === "credited") {
    if (found.state === "refunded") await refundOrder(app, order, app.now())
    else await askAgain(app, order, nextCheck(app, order))
  } else if (paid) {
    await settle(app, order, found)
    if (found.state === "refunded") {
      const settled = await orderByNumber(app.db.read, order.number)
      if (settled?.state === "credited") await refundOrder(app, settled, app.now())
    }
  } else if (app.now() >= order.createdAt + payable + 10 * minute) {
    await setAside(app, order.id, "failed", "never paid")
  } else {
    await askAgain(app, order, nextCheck(app, order))
  }
}

/** The pauses grow; once they are used up a paid order is left alone, and an unpaid one is asked about hourly to its end. */
function nextCheck(app: App, { state, checks }: Order): number | null {
  const pause = (state === "credited" ? pausesPaid : pausesUnpaid)[checks + 1]
  if (pause === undefined) return state === "credited" ? null : app.now() + 60 * minute
  return app.now() + pause
}
