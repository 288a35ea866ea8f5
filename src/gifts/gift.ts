import { assertNotBanned } from "../accounts/ban.ts"
import { type Experienced, gainByEarning, gainBySpending, type User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { promise } from "../db/outbox.ts"
import { type Db, query } from "../db/query.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { type After, write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { earnInLiveRoom } from "../rooms/room.ts"
import { isOn } from "../switches/switch.ts"
import { diamondLegs, type Split, splitOf } from "../wallet/diamonds.ts"
import { transfer } from "../wallet/ledger.ts"
import { letMature, riceLegs } from "../wallet/rice.ts"
import { holdWallets } from "../wallet/wallet.ts"
import type { SentGift } from "./frame.ts"
import { type GiftKind, giftOnSale } from "./kind.ts"
import { countForPair } from "./pair.ts"
import { gifts } from "./tables.ts"

export interface GiftOrder {
  kindId: number
  /** 1 to 9999. */
  number: number
  receiverId: number
  request: RequestKey | undefined
}

/**
 * Gives a gift: the giver's diamonds become the house's, the receiver earns rice, both gain experience, the boards and the
 * receiver's live room count it, and the room is told, all or nothing.
 *
 * @throws {Refusal} `gift.to_self`, `gift.unknown`, `account.unknown`, `account.other_banned`, `gift.test_account`,
 * `wallet.diamonds_short`, `request.reused`
 */
export function sendGift(app: App, giver: User, order: GiftOrder): Promise<void> {
  if (order.receiverId === giver.id) refuse("gift.to_self")
  return write(app, (tx, after) =>
    once(app, tx, order.request, async () => {
      const kind = await giftOnSale(tx, order.kindId)
      await give(app, tx, after, giver, order, kind)
    }),
  )
}

async function give(app: App, tx: Db, after: After, giver: User, { receiverId, number }: GiftOrder, kind: GiftKind) {
  const at = app.now()
  const day = app.calendar.dayOf(at)
  const diamonds = kind.price * number
  const rice = diamonds * app.config.ricePerDiamond
  const { giving, receiving } = await gain(tx, giver.id, diamonds, receiverId, rice)
  await assertMayReceive(app, tx, receiving)
  const wallet = await holdWallets(tx, giver.id, receiverId)
  const paid = splitOf(wallet, diamonds)
  const earned = inRice(app, paid)

  const room = await earnInLiveRoom(tx, receiverId, rice)
  const roomId = room?.id ?? null
  const combo = await countForPair(tx, { giverId: giver.id, receiverId, kindId: kind.id, number, diamonds, at })
  const id = await record(tx, {
    giverId: giver.id,
    receiverId,
    kindId: kind.id,
    number,
    diamonds,
    bought: paid.bought,
    rice,
    boughtRice: earned.bought,
    combo,
    roomId,
    createdAt: at,
    earnedDay: day,
  })
  const spending = { amount: diamonds, cause: "gift", causeId: id, to: "revenue" } as const
  await transfer(app, tx, ...diamondLegs(wallet, spending), ...riceLegs(receiverId, id, earned))
  await letMature(tx, receiverId, day, earned.bought)
  await app.taskProgress.count(tx, after, { userId: giver.id, target: "gift", times: number })

  const sent: SentGift = {
    id,
    roomId,
    giver: { id: giver.id, nickName: giver.nickName, image: giver.image, userExp: giving.userExp },
    receiverId,
    kindId: kind.id,
    kindName: kind.name,
    number,
    combo,
    hostRice: receiving.anchorExp,
    roomRice: room?.rice ?? null,
  }
  await promise(app, tx, after, "gift.sent", { ...sent })
}

/**
 * Makes both more experienced. Their rows are held in the order of their ids, before the wallets, which may not be there yet:
 * gifts that share a person take turns, and never wait for each other.
 */
async function gain(tx: Db, giverId: number, diamonds: number, receiverId: number, rice: number) {
  if (giverId < receiverId) {
    const giving = await gainBySpending(tx, giverId, diamonds)
    return { giving, receiving: await gainByEarning(tx, receiverId, rice) }
  }
  const receiving = await gainByEarning(tx, receiverId, rice)
  return { giving: await gainBySpending(tx, giverId, diamonds), receiving }
}

async function assertMayReceive(app: App, tx: Db, receiver: Experienced): Promise<void> {
  assertNotBanned(receiver, app.now())
  if (receiver.isTest && (await isOn(tx, "test_account_check"))) refuse("gift.test_account")
}

function inRice({ config }: App, { bonus, bought }: Split): Split {
  return { bonus: bonus * config.ricePerDiamond, bought: bought * config.ricePerDiamond }
}

type Row = Omit<typeof gifts.$inferSelect, "id" | "takenBack">

const insert = query<Row>()((db, $) =>
  db
    .insert(gifts)
    .values({
      giverId: $.giverId,
      receiverId: $.receiverId,
      kindId: $.kindId,
      number: $.number,
      diamonds: $.diamonds,
      bought: $.bought,
      rice: $.rice,
      boughtRice: $.boughtRice,
      combo: $.combo,
      roomId: $.roomId,
      createdAt: $.createdAt,
      earnedDay: $.earnedDay,
    })
    .returning({ id: gifts.id })
    .prepare(),
)

async function record(tx: Db, row: Row): Promise<number> {
  const [made] = await insert(tx, row)
  return made?.id ?? refuse("server.unexpected")
}
