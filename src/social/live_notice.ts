import { and, desc, eq } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { promise } from "../db/outbox.ts"
import { type Db, query } from "../db/query.ts"
import { type After, write } from "../db/write.ts"
import { noticeFrame } from "../realtime/notice.ts"
import { rooms } from "../rooms/tables.ts"
import { batch, type Step, throughFans, throughLobby } from "./live_followers.ts"

/** A host who has opened so many rooms within so long is not announced again: followers would be pestered. */
const openings = { most: 5, milliseconds: 5 * 60_000 }

/** A host who went live, and how far the telling has come. */
export interface LiveNotice {
  hostId: number
  nickName: string
  roomId: number
  /** The room's; may be empty. */
  name: string
  step?: Step | undefined
}

/** Promises, inside the write that opens a room, that followers who want to hear of it are told. */
export const promiseLiveNotice = (
  app: App,
  tx: Db,
  after: After,
  { id: hostId, nickName }: User,
  { id: roomId, name }: { id: number; name: string },
): Promise<void> => promise(app, tx, after, "host.live", { hostId, nickName, roomId, name })

/**
 * Tells some of a host's followers who are in the lobby that the host is live, and promises the rest. It goes through the
 * fans or through the lobby, whichever are fewer: neither a million fans nor a full lobby costs more than what both share.
 */
export async function tellFollowers(app: App, notice: LiveNotice): Promise<void> {
  if (!(await isLive(app.db.read, notice.roomId))) return
  const step = notice.step ?? (await firstStep(app, notice.hostId))
  if (!step) return
  const { hostId } = notice
  const { userIds, next } = await (step.way === "fans"
    ? throughFans(app, hostId, step)
    : throughLobby(app, hostId, step))
  if (userIds.length > 0) app.realtime.toLobby(userIds, frameOf(notice))
  if (next) await write(app, (tx, after) => promise(app, tx, after, "host.live", { ...notice, step: next }))
}

const frameOf = ({ hostId, nickName, roomId, name }: LiveNotice) =>
  noticeFrame(name === "" ? `${nickName} is live.` : `${nickName} is live: ${name}`, { uid: hostId, room_id: roomId })

const liveRoom = query<{ roomId: number }>()((db, $) =>
  db
    .select({ id: rooms.id })
    .from(rooms)
    .where(and(eq(rooms.id, $.roomId), eq(rooms.state, "live")))
    .prepare(),
)

const isLive = async (db: Db, roomId: number) => (await liveRoom(db, { roomId })).length > 0

const fansOf = query<{ hostId: number }>()((db, $) =>
  db.select({ count: users.fans }).from(users).where(eq(users.id, $.hostId)).prepare(),
)

async function firstStep(app: App, hostId: number): Promise<Step | undefined> {
  const online = app.realtime.count(0)
  const [fans] = await fansOf(app.db.read, { hostId })
  if (!fans?.count || online === 0 || (await isRestless(app, hostId))) return undefined
  if (fans.count <= online) return { way: "fans", before: Number.MAX_SAFE_INTEGER }
  return { way: "lobby", part: 0, parts: Math.ceil(online / batch) }
}

const formerRoom = query<{ hostId: number; offset: number }>()((db, $) =>
  db
    .select({ startedAt: rooms.startedAt })
    .from(rooms)
    .where(and(eq(rooms.ownerId, $.hostId), eq(rooms.state, "finished")))
    .orderBy(desc(rooms.id))
    .limit(1)
    .offset($.offset)
    .prepare(),
)

async function isRestless(app: App, hostId: number): Promise<boolean> {
  const [former] = await formerRoom(app.db.read, { hostId, offset: openings.most - 1 })
  return former !== undefined && (former.startedAt ?? 0) > app.now() - openings.milliseconds
}
