import { randomBytes } from "node:crypto"
import { setTimeout as wait } from "node:timers/promises"
import type { WeixinCall } from "../../../src/providers/pay/index.ts"
import type { FakeNotice, FakeOrder, FakeShop, Mood, NoticeAnswer, OpeningFailure } from "./weixin_dialect.ts"
import { v2Dialect } from "./weixin_v2.ts"
import { merchantPair, platformPair, v3Dialect } from "./weixin_v3.ts"

/** How a notice is sent, and what it says wrongly. */
export interface Delivery extends Partial<Omit<FakeNotice, "number">> {
  /** How often it is posted although it was taken; once unless told. */
  times?: number
}

export interface FakeWeixin extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, the base of every call. */
  url: string
  appId: string
  mchId: string
  /** Key of version 2. */
  apiKey: string
  /** Keys of version 3. */
  apiV3Key: string
  merchantSerial: string
  merchantKeyPem: string
  platformKeys: Record<string, string>
  /** Everything it was asked to open, by number. */
  orders: Map<string, FakeOrder>
  mood: Mood
  /** Lets every further answer wait that many milliseconds. */
  slow(milliseconds: number): void
  /** Ends the listener: nobody answers until `revive`. */
  kill(): Promise<void>
  revive(): void
  /** The buyer pays, and notices are posted until one is taken, five at most. Again: the same payment is told again. */
  pay(number: string, delivery?: Delivery): Promise<NoticeAnswer[]>
  /** The buyer pays, and every notice is lost. */
  payQuietly(number: string): void
  /** The money goes back to the buyer; WeChat tells that only when asked. */
  refund(number: string): void
  close(number: string): void
  opens(call: WeixinCall): boolean
  /** A signed notice, not sent. */
  notice(number: string, lie?: Partial<FakeNotice>): { headers: Headers; body: Uint8Array }
}

const attemptsMost = 5

/** Starts a WeChat Pay that speaks one version of its interface. `now` must be the clock of the server under test. */
export function startFakeWeixin({ version, now = Date.now }: { version: 2 | 3; now?: () => number }): FakeWeixin {
  const orders = new Map<string, FakeOrder>()
  const ended = new AbortController()
  let delay = 0
  const shop: FakeShop = {
    appId: "wxd930ea5d5a258f4f",
    mchId: "1230000109",
    apiKey: randomBytes(16).toString("hex"),
    apiV3Key: randomBytes(16).toString("hex"),
    merchantSerial: randomBytes(20).toString("hex").toUpperCase(),
    platformSerial: randomBytes(20).toString("hex").toUpperCase(),
    mood: "honest",
    now,
    find: (number) => orders.get(number),
    open: (asked) => openOrder(orders, asked),
  }
  const dialect = version === 2 ? v2Dialect(shop) : v3Dialect(shop)
  const serve = (port: number) =>
    Bun.serve({
      port,
      hostname: "127.0.0.1",
      async fetch(request) {
        if (delay) await wait(delay, undefined, { signal: ended.signal, ref: false }).catch(() => {})
        if (shop.mood === "bad gateway") return new Response("<h1>502</h1>", { status: 502 })
        if (shop.mood === "garbage") return new Response("<xml><return_code>SUCCESS")
        if (shop.mood === "endless") return new Response(endless())
        return dialect.answer(request)
      },
    })
  let server = serve(0)
  const port = server.port ?? 0

  const get = (number: string) => {
    const order = orders.get(number)
    if (!order) throw new Error(`nobody opened the order ${number}`)
    return order
  }
  const payQuietly = (number: string) => {
    get(number).state = "SUCCESS"
  }
  const notice = (number: string, lie: Partial<FakeNotice> = {}) => {
    const { fen, transactionId } = get(number)
    return dialect.notice({ number, fen, transactionId, appId: shop.appId, worked: true, forged: false, ...lie })
  }

  return {
    url: `http://127.0.0.1:${port}`,
    appId: shop.appId,
    mchId: shop.mchId,
    apiKey: shop.apiKey,
    apiV3Key: shop.apiV3Key,
    merchantSerial: shop.merchantSerial,
    merchantKeyPem: merchantPair().privateKey,
    platformKeys: { [shop.platformSerial]: platformPair().publicKey },
    orders,
    get mood() {
      return shop.mood
    },
    set mood(mood) {
      shop.mood = mood
    },
    slow(milliseconds) {
      delay = milliseconds
    },
    kill: () => server.stop(true),
    revive() {
      server = serve(port)
    },
    payQuietly,
    async pay(number, { times = 1, ...lie } = {}) {
      payQuietly(number)
      const answers: NoticeAnswer[] = []
      let taken = 0
      for (let attempt = 0; attempt < attemptsMost + times - 1 && taken < times; attempt++) {
        const answer = await post(get(number).notifyUrl, notice(number, lie))
        answers.push(answer)
        if (dialect.took(answer)) taken++
      }
      return answers
    },
    refund(number) {
      get(number).state = "REFUND"
    },
    close(number) {
      get(number).state = "CLOSED"
    },
    opens: dialect.opens,
    notice(number, lie) {
      const { headers, body } = notice(number, lie)
      return { headers: new Headers(headers), body: Buffer.from(body) }
    },
    async [Symbol.asyncDispose]() {
      ended.abort()
      await server.stop(true)
    },
  }
}

function openOrder(orders: Map<string, FakeOrder>, asked: Parameters<FakeShop["open"]>[0]): FakeOrder | OpeningFailure {
  const known = orders.get(asked.number)
  if (!known) {
    const prepayId = `wx${randomBytes(17).toString("hex")}`
    const transactionId = `42000${randomBytes(11).readBigUInt64BE(0).toString().padStart(23, "0")}`
    const order: FakeOrder = { ...asked, prepayId, transactionId, state: "NOTPAY" }
    orders.set(asked.number, order)
    return order
  }
  if (known.state === "CLOSED") return "ORDERCLOSED"
  if (known.state === "SUCCESS" || known.state === "REFUND") return "ORDERPAID"
  return known.fen === asked.fen ? known : "OUT_TRADE_NO_USED"
}

/** A body without an end. */
async function* endless() {
  for (;;) yield Buffer.alloc(4_096, "x")
}

async function post(url: string, { headers, body }: { headers: Record<string, string>; body: string }) {
  try {
    const answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(5_000) })
    return { status: answer.status, body: await answer.text() }
  } catch (error) {
    return { status: 0, body: String(error) }
  }
}
