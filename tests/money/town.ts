import { and, count, eq, inArray, sum } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { creditUser } from "../../src/admin/credit.ts"
import type { App } from "../../src/app.ts"
import { write } from "../../src/db/write.ts"
import { gifts } from "../../src/gifts/tables.ts"
import { orders } from "../../src/payments/tables.ts"
import { maturedRice } from "../../src/wallet/rice.ts"
import { exchanges, wallets } from "../../src/wallet/tables.ts"
import { setCard } from "../../src/withdrawals/card.ts"
import { cashPhones, withdrawals } from "../../src/withdrawals/tables.ts"
import { nextTel, registers } from "../support/cast.ts"
import { type Market, openMarket } from "../support/market.ts"
import type { Phone } from "../support/phone.ts"

const operatorToken = "an-operator-token-of-32-characters"
/** Rice of a day matures after so many days here, so that stories are short. */
export const maturityDays = 2
export const day = 86_400_000

/** What somebody may try. `who` and `whom` are places in the town; each may be refused. */
export type Deed =
  | { does: "give"; who: number; whom: number; kind: number; number: number; taps: number }
  | { does: "buy"; who: number; by: "weixin" | "apple"; pack: "gold_60" | "gold_300"; notices: number }
  | { does: "steal a receipt"; who: number; of: number }
  | { does: "get for nothing"; who: number; diamonds: number }
  | { does: "exchange"; who: number; diamonds: 10 | 100; taps: number }
  | { does: "refund"; who: number; which: number; notices: number }
  | { does: "reverse a refund"; which: number }
  | { does: "withdraw"; who: number; yuan: number; taps: number }
  | { does: "decide"; which: number; how: "approve" | "reject" }
  | { does: "ban"; who: number; minutes: number }

interface Bought {
  who: Phone
  transactionId: string
  receipt: string
  boughtAt: number
  refunded: boolean
}

/** A few accomplices who can do anything money can do, and what they were told had worked. */
export class Town {
  people: Phone[] = []
  bought: Bought[] = []
  /** Distinct deeds that were answered with ErrCode 0. */
  done = { gifts: 0, exchanges: 0, withdrawals: 0, purchases: 0, refunds: 0 }

  constructor(readonly market: Market) {}

  get app(): App {
    return this.market.app.running.app
  }

  /** A fresh set of people with cards and phones to withdraw to. */
  async settle(size: number): Promise<void> {
    this.people = await Promise.all(Array.from({ length: size }, (_, n) => registers(this.market.app, `Person ${n}`)))
    this.bought = []
    this.done = { gifts: 0, exchanges: 0, withdrawals: 0, purchases: 0, refunds: 0 }
    for (const { uid } of this.people) {
      const bound = { userId: uid, tel: nextTel(), boundAt: 0 }
      await write(this.app, (tx) => tx.insert(cashPhones).values(bound).returning({ id: cashPhones.id }))
      await setCard(this.app, uid, { bank: "ICBC", holder: "Ana", number: luhnNumber(uid) })
    }
  }

  person(place: number): Phone {
    const found = this.people[place % this.people.length]
    if (!found) throw new Error("the town is empty")
    return found
  }

  async try(deed: Deed): Promise<void> {
    switch (deed.does) {
      case "give": {
        const { who, whom, kind, number, taps } = deed
        const gift = { giftid: kind, num: number, revid: this.person(whom).uid, request_id: crypto.randomUUID() }
        const codes = await this.tap(taps, () => this.person(who).call("POST", "/gift/send_gift", gift))
        if (codes.includes(0)) this.done.gifts += 1
        return
      }
      case "buy":
        return deed.by === "apple" ? this.buyAtApple(deed) : this.buyAtWeixin(deed)
      case "steal a receipt": {
        const loot = this.bought[deed.of % Math.max(1, this.bought.length)]
        if (loot) await this.person(deed.who).call("POST", "/pay/apple_pay", { receipt: loot.receipt })
        return
      }
      case "get for nothing": {
        const { uid: userId } = this.person(deed.who)
        return creditUser(this.app, {
          userId,
          currency: "diamond",
          amount: deed.diamonds,
          actor: "cli",
          why: "a prize",
        })
      }
      case "exchange": {
        const { who, diamonds, taps } = deed
        const order = { diamond: diamonds, request_id: crypto.randomUUID() }
        const codes = await this.tap(taps, () => this.person(who).call("POST", "/pay/score_exchange", order))
        if (codes.includes(0)) this.done.exchanges += 1
        return
      }
      case "refund":
        return this.refund(deed)
      case "reverse a refund": {
        const one = this.bought[deed.which % Math.max(1, this.bought.length)]
        if (!one?.refunded) return
        one.refunded = false
        this.done.refunds -= 1
        one.boughtAt = this.app.now()
        this.market.apple.restore(one.transactionId)
        await this.market.apple.notify(`${this.market.app.url}/pay/apple_notify`, "REFUND_REVERSED", one.transactionId)
        return
      }
      case "withdraw": {
        const { who, yuan, taps } = deed
        const order = { money: yuan, ptype: 0, request_id: crypto.randomUUID() }
        const codes = await this.tap(taps, () => this.person(who).call("POST", "/card/cash_bank", order))
        if (codes.includes(0)) this.done.withdrawals += 1
        return
      }
      case "decide":
        return this.decide(deed)
      case "ban": {
        const bannedUntil = this.app.now() + deed.minutes * 60_000
        const { uid } = this.person(deed.who)
        await write(this.app, (tx) =>
          tx.update(users).set({ bannedUntil }).where(eq(users.id, uid)).returning({ id: users.id }),
        )
      }
    }
  }

  /** An impatient finger: the same call, so many times at once. */
  private async tap(taps: number, call: () => Promise<{ ErrCode: number }>): Promise<number[]> {
    return (await Promise.all(Array.from({ length: taps }, call))).map(({ ErrCode }) => ErrCode)
  }

  private async buyAtApple({ who, pack, notices }: Deed & { does: "buy" }): Promise<void> {
    const buyer = this.person(who)
    const { transactionId, jws } = this.market.apple.sell({ productId: pack })
    const codes = await this.tap(notices, () => buyer.call("POST", "/pay/apple_pay", { receipt: jws }))
    if (!codes.includes(0)) return
    this.done.purchases += 1
    this.bought.push({ who: buyer, transactionId, receipt: jws, boughtAt: this.app.now(), refunded: false })
  }

  private async buyAtWeixin({ who, pack, notices }: Deed & { does: "buy" }): Promise<void> {
    const buyer = this.person(who)
    const before = new Set(this.market.weixin.orders.keys())
    const answer = await buyer.call("POST", "/pay/weixin_prepay", { itemid: pack })
    if (answer.ErrCode !== 0) return
    const { Prepayid } = answer["weixin"] as { Prepayid: string }
    const order = [...this.market.weixin.orders.values()].find(
      ({ number, prepayId }) => !before.has(number) && prepayId === Prepayid,
    )
    if (!order) return
    await this.market.weixin.pay(order.number, { times: notices })
    this.done.purchases += 1
  }

  /** Stores take back what was bought lately: rice made by it cannot have left yet. */
  private async refund({ which, notices }: Deed & { does: "refund" }): Promise<void> {
    const one = this.bought[which % Math.max(1, this.bought.length)]
    if (!one || one.refunded) return
    const { dayOf } = this.app.calendar
    if (dayOf(this.app.now()) - dayOf(one.boughtAt) > maturityDays) return
    one.refunded = true
    this.done.refunds += 1
    this.market.apple.refund(one.transactionId)
    const address = `${this.market.app.url}/pay/apple_notify`
    const uuid = crypto.randomUUID()
    await Promise.all(
      Array.from({ length: notices }, () => this.market.apple.notify(address, "REFUND", one.transactionId, uuid)),
    )
  }

  private async decide({ which, how }: Deed & { does: "decide" }): Promise<void> {
    const pending = await this.app.db.read
      .select({ id: withdrawals.id })
      .from(withdrawals)
      .where(and(eq(withdrawals.state, "pending"), inArray(withdrawals.userId, this.ids())))
    const one = pending[which % Math.max(1, pending.length)]
    if (!one) return
    const form = new URLSearchParams({ token: operatorToken, id: String(one.id), why: "a story" })
    await fetch(`${this.market.app.url}/admin/withdrawals/${how}`, { method: "POST", body: form })
  }

  private ids(): number[] {
    return this.people.map(({ uid }) => uid)
  }

  /** What the tables hold of the deeds that were answered with 0. */
  async recorded(): Promise<typeof this.done> {
    const { read } = this.app.db
    const ids = this.ids()
    const [given] = await read.select({ n: count() }).from(gifts).where(inArray(gifts.giverId, ids))
    const [exchanged] = await read.select({ n: count() }).from(exchanges).where(inArray(exchanges.userId, ids))
    const [withdrawn] = await read.select({ n: count() }).from(withdrawals).where(inArray(withdrawals.userId, ids))
    const sold = await read.select({ state: orders.state }).from(orders).where(inArray(orders.userId, ids))
    const purchases = sold.filter(({ state }) => state !== "created").length
    const refunds = sold.filter(({ state }) => state === "refunded").length
    return { purchases, refunds, gifts: given?.n ?? 0, exchanges: exchanged?.n ?? 0, withdrawals: withdrawn?.n ?? 0 }
  }

  /** Rice that has left, waits to leave or could leave now, and the diamonds really paid for in this town. */
  async outAndIn(): Promise<{ out: number; paidFor: number }> {
    const { read } = this.app.db
    const ids = this.ids()
    const [gone] = await read
      .select({ rice: sum(withdrawals.rice).mapWith(Number) })
      .from(withdrawals)
      .where(and(inArray(withdrawals.userId, ids), inArray(withdrawals.state, ["pending", "paid"])))
    const [real] = await read
      .select({ diamonds: sum(orders.diamonds).mapWith(Number) })
      .from(orders)
      .where(and(inArray(orders.userId, ids), eq(orders.state, "credited"), eq(orders.sandbox, false)))
    let out = gone?.rice ?? 0
    for (const wallet of await read.select().from(wallets).where(inArray(wallets.userId, ids))) {
      out += await maturedRice(this.app, read, wallet)
    }
    return { out, paidFor: real?.diamonds ?? 0 }
  }
}

/** Opens the town's market. */
export async function openTown(): Promise<Town & AsyncDisposable> {
  const market = await openMarket({
    ADMIN_TOKEN: operatorToken,
    RICE_MATURITY_DAYS: String(maturityDays),
    CASH_RICE_MIN: "20",
    CASH_DAY_MAX: "40",
  })
  return Object.assign(new Town(market), { [Symbol.asyncDispose]: () => market[Symbol.asyncDispose]() })
}

/** A card number of its own for everybody. */
function luhnNumber(seed: number): string {
  const body = `622202${String(seed).padStart(9, "0")}`
  const sum = [...body].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return `${body}${(10 - (sum % 10)) % 10}`
}
