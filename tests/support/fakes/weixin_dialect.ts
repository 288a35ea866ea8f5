import type { WeixinCall } from "../../../src/providers/pay/index.ts"

/** An order as WeChat keeps it. Changing it is what WeChat would say from then on. */
export interface FakeOrder {
  number: string
  description: string
  fen: number
  notifyUrl: string
  prepayId: string
  state: "NOTPAY" | "USERPAYING" | "SUCCESS" | "REFUND" | "CLOSED" | "PAYERROR"
  transactionId: string
}

/** What a notice says, and whether its signature is right. */
export interface FakeNotice {
  number: string
  fen: number
  appId: string
  transactionId: string
  /** Whether the payment worked. */
  worked: boolean
  forged: boolean
}

/** What the server answered a notice; status 0 when it could not be reached. */
export interface NoticeAnswer {
  status: number
  body: string
}

/** How WeChat answers wrongly until told otherwise. `tampered` is changed on its way, after it was signed. */
export type Mood =
  | "honest"
  | "SYSTEMERROR"
  | "busy"
  | "tampered"
  | "unsigned"
  | "other app"
  | "other merchant"
  | "other order"
  | "garbage"
  | "endless"
  | "bad gateway"

/** What both versions of the interface are made of. */
export interface FakeShop {
  appId: string
  mchId: string
  apiKey: string
  apiV3Key: string
  merchantSerial: string
  platformSerial: string
  mood: Mood
  now(): number
  find(number: string): FakeOrder | undefined
  /** Opens an order, or the same one again; otherwise the reason why not. */
  open(asked: Pick<FakeOrder, "number" | "description" | "fen" | "notifyUrl">): FakeOrder | OpeningFailure
}

export type OpeningFailure = "OUT_TRADE_NO_USED" | "ORDERPAID" | "ORDERCLOSED"

/** One version of the interface. */
export interface Dialect {
  answer(request: Request): Promise<Response>
  notice(notice: FakeNotice): { headers: Record<string, string>; body: string }
  /** Whether a server's answer means that it took the notice. */
  took(answer: NoticeAnswer): boolean
  /** Whether the WeChat of the phone would open with this. */
  opens(call: WeixinCall): boolean
}
