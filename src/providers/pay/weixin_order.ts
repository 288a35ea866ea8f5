import { PayUnavailable, type WeixinOrder } from "./index.ts"

/** An order nobody makes: asking for it tries the address, the merchant and the keys, and harms nothing. */
export const nobodysOrder = "mili-check"

/**
 * What an order's `trade_state` means for us; `paid` is what the same answer says of the payment.
 *
 * @throws {PayUnavailable} when the state is none that is known, or lacks its payment
 */
export function orderOf(state: string, paid: { transactionId: string; fen: number } | undefined): WeixinOrder {
  switch (state) {
    case "NOTPAY":
    case "USERPAYING":
    // The buyer may try again until the order expires.
    case "PAYERROR":
      return { state: "unpaid" }
    case "CLOSED":
    case "REVOKED":
      return { state: "closed" }
    case "SUCCESS":
    case "REFUND":
      if (!paid) throw new PayUnavailable("WeChat Pay told of a payment without its number or sum")
      return { state: state === "SUCCESS" ? "paid" : "refunded", ...paid }
    default:
      throw new PayUnavailable(`WeChat Pay told of the state ${state.slice(0, 40)}`)
  }
}
