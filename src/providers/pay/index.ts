/** What a provider vouches for, once its signature and its app were checked. */
export interface Purchase {
  /** The provider's own number of the payment: credited once for ever. */
  transactionId: string
  /** The pack as the provider calls it. */
  productId: string
  /** How many of the pack, at least 1. */
  quantity: number
  /** `pending` may still be paid or not; `refunded` was paid and taken back. */
  state: "paid" | "pending" | "refunded"
  /** Paid with the vendor's play money. */
  sandbox: boolean
  /** Got for nothing, by a promotion of the store. */
  free?: boolean
  /** When the store said so, in milliseconds; left out where it was asked just now. */
  saidAt?: number
  /** Whatever the app tied the purchase to, such as an order's number; undefined when it told nothing. */
  accountTag: string | undefined
}

/** The provider, or our check of what it signed, says no; trying again is no use. The message is fit for a log. */
export class PayRefused extends Error {
  override readonly name = "PayRefused"
}

/** The provider could not be asked, or answered nonsense: nobody knows, so it is worth trying again. */
export class PayUnavailable extends Error {
  override readonly name = "PayUnavailable"
}

/** What the app needs to open WeChat with a prepared order. */
export interface WeixinCall {
  appId: string
  partnerId: string
  prepayId: string
  packageValue: string
  nonce: string
  /** Unix seconds. */
  timestamp: string
  sign: string
}

/** What WeChat says of one of our orders. */
export type WeixinOrder =
  | { state: "unpaid" | "closed" | "unknown" }
  /** `fen` is what was really asked for and paid. */
  | { state: "paid" | "refunded"; transactionId: string; fen: number }

/** The request of a vendor's callback: raw bytes, since signatures are over them. */
export interface Callback {
  headers: Headers
  body: Uint8Array
}

export interface WeixinPay {
  readonly name: string
  /**
   * Opens an order at WeChat; the same number with the same sum may be opened again.
   *
   * @param order `number` at most 32 characters, `fen` the price, `ip` the buyer's address, `expiresAt` in milliseconds
   * @throws {PayRefused} {PayUnavailable}
   */
  prepay(order: {
    number: string
    description: string
    fen: number
    ip: string
    notifyUrl: string
    expiresAt: number
  }): Promise<WeixinCall>
  /** Reads a payment notice. @throws {PayRefused} when it is forged, for another app, or not of a payment */
  readNotice(callback: Callback): { number: string; transactionId: string; fen: number }
  /** What WeChat wants to read: that a notice was taken, or why not. */
  answerNotice(failure: string | undefined): Response
  /** Asks for an order's state. @throws {PayRefused} {PayUnavailable} */
  query(number: string): Promise<WeixinOrder>
  /** What is wrong with reaching the provider, or undefined when nothing is. */
  check(): Promise<string | undefined>
}

/** What a store's notice is about. `id` is the same for every repetition of it. */
export interface StoreNotice {
  id: string
  /** The purchases it speaks of, as the store has them now; empty when it concerns no purchase of packs. */
  purchases: Purchase[]
  /** The store has taken a refund of them back. */
  refundReversed?: boolean
}

export interface ApplePay {
  readonly name: string
  /**
   * Checks what the app sent: a base64 receipt, or a StoreKit 2 signed transaction (JWS).
   *
   * @returns every purchase of it, refunded ones too; empty when there is nothing in it yet
   * @throws {PayRefused} {PayUnavailable}
   */
  verify(receipt: string): Promise<Purchase[]>
  /** Reads an App Store Server Notification (V2). @throws {PayRefused} */
  readNotice(callback: Callback): Promise<StoreNotice>
  /** Whether a key to ask Apple with is configured. */
  readonly canLookUp: boolean
  /** Asks what became of a purchase; undefined when no key for that is configured. @throws {PayRefused} {PayUnavailable} */
  lookUp(transactionId: string, sandbox: boolean): Promise<Purchase | undefined>
  check(): Promise<string | undefined>
}

export interface GooglePay {
  readonly name: string
  /** Checks `INAPP_PURCHASE_DATA` by the licence key. The token is what further calls need. @throws {PayRefused} */
  verifySigned(data: string, signature: string): Purchase & { token: string }
  /** Asks the Play API for a purchase. @throws {PayRefused} {PayUnavailable}, also when no service account is configured */
  lookUp(productId: string, token: string): Promise<Purchase & { token: string }>
  /** Whether the Play API can be asked at all. */
  readonly canLookUp: boolean
  /** Tells Play that the goods were delivered; doing it twice is fine. @throws {PayRefused} {PayUnavailable} */
  acknowledge(productId: string, token: string): Promise<void>
  /** Transaction ids of purchases taken back since then (milliseconds). @throws {PayRefused} {PayUnavailable} */
  voidedSince(since: number): Promise<string[]>
  /**
   * Reads a real-time developer notification, authenticated by the secret in its address; it is a hint only, so the
   * purchases in it were asked for anew.
   *
   * @throws {PayRefused} {PayUnavailable}
   */
  readNotice(callback: Callback, secret: string): Promise<StoreNotice>
  check(): Promise<string | undefined>
}

/** The ways to pay that are configured. */
export interface PayProviders {
  weixin: WeixinPay | undefined
  apple: ApplePay | undefined
  google: GooglePay | undefined
}
