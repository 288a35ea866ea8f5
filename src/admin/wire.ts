import { z } from "zod"
import { maskedTel } from "../accounts/phone.ts"
import { userRow } from "../accounts/wire.ts"
import type { App } from "../app.ts"
import type { Undelivered } from "../db/undelivered.ts"
import type { LastAudit } from "../ledger_audit/jobs.ts"
import { banRow } from "../moderation/wire.ts"
import type { RealNameState } from "../real_names/tables.ts"
import { diamondsOf, riceOf } from "../wallet/wallet.ts"
import { id, page } from "../wire/fields.ts"
import { createClock, unixSeconds } from "../wire/times.ts"
import type { Dossier } from "./dossier.ts"
import type { Money } from "./money.ts"

export const Person = z.object({ oid: id() })
export const Outbox = z.object(page)
export const Retry = z.object({ id: id() })

const realNameStatuses: Record<RealNameState, string> = { pending: "0", approved: "1", refused: "2" }

/** One person's page. */
export function dossierObject(app: Pick<App, "config" | "now">) {
  const [row, ban] = [userRow(app), banRow(app)]
  return ({ user, wallet, realName, room, ...others }: Dossier) => ({
    user: {
      ...row(user),
      tel: user.tel === "" ? "" : maskedTel(user.tel),
      user_exp: user.userExp,
      anchor_exp: user.anchorExp,
      focus: user.focus,
      fans: user.fans,
      cover: user.cover,
      school: user.school,
    },
    roles: others.roles,
    wallet: { diamond: diamondsOf(wallet), rice: riceOf(wallet), score: wallet.score, debt: wallet.debt },
    real_name: realName ? { id: String(realName.id), status: realNameStatuses[realName.state] } : null,
    room: room ? { room_id: String(room.id), room_name: room.name, mtype: room.kind === "live" ? 0 : 1 } : null,
    online: others.isOnline,
    bans: others.bans.map(ban),
    reports: others.reports,
    orders_credited: others.ordersCredited,
    withdrawals_pending: others.withdrawalsPending,
  })
}

/** The last 24 hours; charges and payouts in yuan, gifts in diamonds, times in unix seconds. `audit` is null before the first. */
export const moneyObject = ({ since, hours }: Money, audited: LastAudit | undefined) => ({
  since: unixSeconds(since),
  charges: hours.map(({ charges }) => charges / 100),
  gifts: hours.map(({ gifts }) => gifts),
  payouts: hours.map(({ payouts }) => payouts / 100),
  audit: audited ? { time: unixSeconds(audited.at), differences: audited.differences } : null,
})

/** What a payload may carry that opens something. */
const secret = /token|secret|key$/i

/** A promise that was given up. */
export function undeliveredRow(app: Pick<App, "config">) {
  const clock = createClock(app.config)
  return ({ id, kind, payload, attempts, createdAt }: Undelivered) => ({
    id: String(id),
    kind,
    payload: Object.fromEntries(Object.entries(payload as object).filter(([name]) => !secret.test(name))),
    attempts,
    create_time: clock.plain(createdAt),
  })
}
