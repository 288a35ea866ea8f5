import { and, eq, isNotNull, isNull } from "drizzle-orm"
import { type User, userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { countUpTo } from "../db/count.ts"
import { type BanEntry, bansOf } from "../moderation/ban.ts"
import { orders } from "../payments/tables.ts"
import { realNameOf } from "../real_names/real_name.ts"
import type { RealName } from "../real_names/tables.ts"
import type { Role } from "../rights.ts"
import { liveRoomOf, type Room } from "../rooms/room.ts"
import { reports } from "../social/tables.ts"
import { type Wallet, walletOf } from "../wallet/wallet.ts"
import { withdrawals } from "../withdrawals/tables.ts"
import { rolesOf } from "./role.ts"

/** What operators see of one person, with nothing that a document says. */
export interface Dossier {
  user: User
  roles: Role[]
  wallet: Wallet
  realName: RealName | undefined
  /** What the person has on the air. */
  room: Room | undefined
  isOnline: boolean
  /** The latest ones, and how many there are of others, as far as they are counted. */
  bans: BanEntry[]
  reports: { open: number; settled: number }
  ordersCredited: number
  withdrawalsPending: number
}

/** Gathers what there is of a person. @throws {Refusal} `account.unknown` */
export async function dossierOf(app: App, userId: number): Promise<Dossier> {
  const db = app.db.read
  const about = eq(reports.reportedId, userId)
  return {
    user: await userById(db, userId),
    roles: await rolesOf(db, userId),
    wallet: await walletOf(db, userId),
    realName: await realNameOf(db, userId),
    room: await liveRoomOf(db, userId),
    isOnline: app.realtime.isOnline(userId),
    bans: await bansOf(app, { userId, standing: false }, { index: 0 }),
    reports: {
      open: await countUpTo(db, reports, and(about, isNull(reports.settledAt))),
      settled: await countUpTo(db, reports, and(about, isNotNull(reports.settledAt))),
    },
    ordersCredited: await countUpTo(db, orders, and(eq(orders.userId, userId), eq(orders.state, "credited"))),
    withdrawalsPending: await countUpTo(
      db,
      withdrawals,
      and(eq(withdrawals.userId, userId), eq(withdrawals.state, "pending")),
    ),
  }
}
