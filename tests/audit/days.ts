import { desc, eq } from "drizzle-orm"
import { creditUser } from "../../src/admin/credit.ts"
import { onlineRewards, signIns } from "../../src/bonuses/tables.ts"
import { write } from "../../src/db/write.ts"
import { gifts } from "../../src/gifts/tables.ts"
import { creditSale, type Order, openOrder } from "../../src/payments/order.ts"
import { packOnSale } from "../../src/payments/pack.ts"
import { refundOrder, undoRefund } from "../../src/payments/refund.ts"
import { orders } from "../../src/payments/tables.ts"
import { taskClaims } from "../../src/tasks/tables.ts"
import type { Credit } from "../../src/wallet/credit.ts"
import { approve, reject } from "../../src/withdrawals/decision.ts"
import { holdRice } from "../../src/withdrawals/hold.ts"
import { staysConnected } from "../bonuses/stage.ts"
import type { TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { playsThreeRounds, type Rounds } from "./rounds.ts"

/** What two days left: the people, and the rows that their money moved for. */
export interface Days {
  ana: number
  bo: number
  cai: number
  /** Never had anything. */
  dee: number
  /** Won a round, signed in and stayed, and was rewarded for each. */
  eve: number
  /** Played three rounds of a game. */
  fay: number
  /** Ana's. */
  room: number
  /** Bo's to Ana: of bought diamonds, of bonus diamonds, of both, and the second day's. */
  gifts: { bought: number; bonus: number; mixed: number; late: number }
  /** Bo's: refunded twice, since the first time was undone; paid when Bo owed; never paid. And Cai's, of play money. */
  orders: { refunded: number; kept: number; open: number; sandbox: number }
  /** Ana's. */
  withdrawals: { paid: number; rejected: number; pending: number }
  /** Ana's room's, and Fay's bets on them. */
  rounds: Rounds
  /** Eve's. */
  rewards: { task: number; signIn: number; online: number }
}

/** Of the first rows: 玫瑰, 5 diamonds, and 棒棒糖, 10. */
const rose = 2
const lollipop = 3
const day = 86_400_000

/** Lives through two days in which everything happens that moves money. */
export async function twoDays(app: TestApp): Promise<Days> {
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const cai = await registers(app, "Cai")
  const dee = await registers(app, "Dee")
  const eve = await registers(app, "Eve")
  const fay = await registers(app, "Fay")
  const room = await ana.opensRoom()

  const refunded = await buys(bo, "gold_300")
  const bought = await gives(bo, ana, rose, 20)
  await getsForNothing(bo, "diamond", 14)
  const mixed = await gives(bo, ana, lollipop, 2)
  await getsForNothing(bo, "diamond", 5)
  const bonus = await gives(bo, ana, rose, 1)
  await getsForNothing(bo, "diamond", 4)
  await bo.ok("POST", "/pay/score_exchange", { diamond: 10 })
  await getsForNothing(cai, "rice", 30)
  await getsForNothing(cai, "score", 50)
  const sandbox = await buys(cai, "gold_60", true)
  await gives(cai, bo, rose, 2)

  const rewards = await isRewarded(eve)

  app.pass(day)
  const late = await gives(bo, ana, lollipop, 15)
  // Of 300 Bo has 38 left and gave 256 that can be taken back.
  await refundOrder(app.running.app, refunded, 1)
  await undoRefund(app.running.app, await orderAgain(app, refunded), 2)
  await gives(bo, ana, rose, 10)
  await refundOrder(app.running.app, await orderAgain(app, refunded), 3)
  await refundOrder(app.running.app, sandbox, 4)
  const kept = await buys(bo, "gold_60")
  await gives(bo, ana, rose, 8)
  return {
    ...{ ana: ana.uid, bo: bo.uid, cai: cai.uid, dee: dee.uid, eve: eve.uid, fay: fay.uid, room },
    gifts: { bought, bonus, mixed, late },
    orders: { refunded: refunded.id, kept: kept.id, open: await wants(bo, "gold_60"), sandbox: sandbox.id },
    withdrawals: await withdraws(ana),
    rewards,
    rounds: await playsThreeRounds(fay, room),
  }
}

async function gives(giver: Phone, receiver: Phone, giftid: number, num: number): Promise<number> {
  await giver.ok("POST", "/gift/send_gift", { giftid, num, revid: receiver.uid })
  const { read } = giver.app.running.app.db
  const [newest] = await read.select({ id: gifts.id }).from(gifts).orderBy(desc(gifts.id)).limit(1)
  return newest?.id ?? 0
}

/** Ten score for a round won, twenty for signing in and five for five minutes. */
async function isRewarded(phone: Phone): Promise<Days["rewards"]> {
  const { app } = phone.app.running
  await staysConnected(phone, 5)
  await write(app, (tx, after) => app.taskProgress.count(tx, after, { userId: phone.uid, target: "win", times: 1 }))
  await phone.ok("POST", "/task/post_task", { task_id: 100 })
  await phone.ok("POST", "/action/login/bonus/get")
  await phone.ok("POST", "/daily/online_reward")
  const idIn = async (table: typeof taskClaims | typeof signIns | typeof onlineRewards) => {
    const [row] = await app.db.read.select({ id: table.id }).from(table)
    return row?.id ?? 0
  }
  return { task: await idIn(taskClaims), signIn: await idIn(signIns), online: await idIn(onlineRewards) }
}

const getsForNothing = ({ app, uid }: Phone, currency: Credit["currency"], amount: number) =>
  creditUser(app.running.app, { userId: uid, currency, amount, actor: "cli", why: "a story" })

async function buys({ app: { running }, uid }: Phone, itemId: string, sandbox = false): Promise<Order> {
  const pack = await packOnSale(running.app.db.read, "android", itemId)
  const sale = {
    userId: uid,
    provider: "google",
    quantity: 1,
    transactionId: crypto.randomUUID(),
    token: "",
    saidAt: 0,
    checkAt: null,
  } as const
  const order = await write(running.app, (tx) => creditSale(running.app, tx, { ...sale, pack, sandbox }))
  if (!order) throw new Error("the sale was not credited")
  return order
}

/** Opens an order that nobody will pay. */
async function wants({ app: { running }, uid }: Phone, itemId: string): Promise<number> {
  const pack = await packOnSale(running.app.db.read, "android", itemId)
  const wish = { userId: uid, provider: "weixin", pack, checkAt: null } as const
  return (await write(running.app, (tx) => openOrder(running.app, tx, wish))).id
}

async function orderAgain({ running }: TestApp, { id }: Order): Promise<Order> {
  const [order] = await running.app.db.read.select().from(orders).where(eq(orders.id, id))
  if (!order) throw new Error(`order ${id} is gone`)
  return order
}

/** Asks for 20, 10 and 10 rice: the first is paid, the second rejected. Nothing has matured, so not by the wire. */
async function withdraws({ app: { running }, uid }: Phone): Promise<Days["withdrawals"]> {
  const { app } = running
  const asks = (rice: number, feeRice: number) =>
    write(app, (tx) => holdRice(app, tx, { userId: uid, kind: "cash", rice, feeRice }))
  const paid = await asks(20, 1)
  const rejected = await asks(10, 0)
  const pending = await asks(10, 0)
  await approve(app, "token", paid)
  await reject(app, "token", rejected, "a story")
  return { paid, rejected, pending }
}
