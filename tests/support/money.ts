import { expect } from "bun:test"
import { and, eq, sum } from "drizzle-orm"
import { write } from "../../src/db/write.ts"
import { currencies, type HouseAccount, transfer } from "../../src/wallet/ledger.ts"
import { earnings, transfers } from "../../src/wallet/tables.ts"
import type { TestApp } from "./app.ts"
import { registers } from "./cast.ts"
import type { Phone } from "./phone.ts"

/** Payments are numbered from here, far from any that a provider made in the same story. */
let payments = 1_000_000_000

/** Credits a person with bought diamonds, as a payment does. */
export async function buysDiamonds({ app, uid }: Phone, amount: number): Promise<void> {
  await write(app.running.app, (tx) =>
    transfer(app.running.app, tx, {
      cause: "charge",
      causeId: ++payments,
      leg: "diamond",
      currency: currencies.diamond,
      amount,
      from: { account: "issued" },
      to: { account: "diamond", user: uid },
    }),
  )
}

/** Leaves a person owing diamonds, as a refund of what they have spent already does. */
export async function owesDiamonds({ app, uid }: Phone, amount: number): Promise<void> {
  await write(app.running.app, (tx) =>
    transfer(app.running.app, tx, {
      cause: "refund",
      causeId: ++payments,
      leg: "1 debt",
      currency: currencies.diamond,
      amount,
      from: { account: "debts", user: uid },
      to: { account: "issued" },
    }),
  )
}

/** Lets a fan give a host gifts worth so many diamonds, bought for the purpose: the host's rice of today. */
export async function earnsRice(host: Phone, diamonds: number): Promise<void> {
  const fan = await registers(host.app, "Fan")
  await buysDiamonds(fan, diamonds)
  const { gift } = await fan.ok("GET", "/gift_config")
  const kinds = gift as { GiftId: number; Price: number }[]
  let left = diamonds
  for (const { GiftId, Price } of kinds.toSorted((one, other) => other.Price - one.Price)) {
    const num = Math.min(9_999, Math.floor(left / Price))
    if (num === 0) continue
    await fan.ok("POST", "/gift/send_gift", { giftid: GiftId, num, revid: host.uid })
    left -= num * Price
  }
  expect(left).toBe(0)
}

/** Lets all that a host has earned so far mature, as days that pass do; nobody's clock moves. */
export async function ripens({ app, uid }: Phone): Promise<void> {
  await write(app.running.app, (tx) =>
    tx.delete(earnings).where(eq(earnings.userId, uid)).returning({ id: earnings.id }),
  )
}

/** Earns rice that can be withdrawn at once. */
export async function earnsRipeRice(host: Phone, diamonds: number): Promise<void> {
  await earnsRice(host, diamonds)
  await ripens(host)
}

/** What a house account has of rice, by the ledger; with a user, what concerns that user. */
export async function houseRice({ running }: TestApp, account: HouseAccount, user?: Phone): Promise<number> {
  const total = async (side: "from" | "to") => {
    const [named, whose] =
      side === "from" ? [transfers.fromAccount, transfers.fromUser] : [transfers.toAccount, transfers.toUser]
    const [found] = await running.app.db.read
      .select({ rice: sum(transfers.amount).mapWith(Number) })
      .from(transfers)
      .where(and(eq(transfers.currency, currencies.rice), eq(named, account), user && eq(whose, user.uid)))
    return found?.rice ?? 0
  }
  return (await total("to")) - (await total("from"))
}
