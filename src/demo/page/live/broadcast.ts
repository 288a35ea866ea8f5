import type { RoomInfo, Totals } from "../api/answers.ts"
import { call, Refused } from "../api/call.ts"

const shelf = "mili.room"
/** The broadcast was over already; the answer has its totals all the same. */
const overAlready = 5

/**
 * Reserves a push address and opens the room, which is then in everybody's list.
 *
 * @returns the room's id
 * @throws {Refused}
 */
export async function openBroadcast(name: string, save: boolean): Promise<number> {
  await call("POST", "/room/live_create", { line: 1 })
  const { roomid } = await call<{ roomid: number }>("POST", "/room/create_room", {
    room_name: name,
    itype: 2,
    save: save ? 1 : 0,
  })
  remember(roomid)
  return roomid
}

/** A fresh push address for one's own room. @throws {Refused} */
export async function pushAddress(roomId: number): Promise<string> {
  const { push_url } = await call<{ push_url: string }>("GET", "/room/pull_addr", { rid: roomId })
  return push_url
}

/** Ends one's own broadcast. @throws {Refused} */
export async function closeBroadcast(roomId: number): Promise<Totals> {
  try {
    return await call<Totals>("POST", "/room/close_room", { roomid: roomId })
  } catch (reason) {
    if (reason instanceof Refused && reason.code === overAlready) return reason.answer as unknown as Totals
    throw reason
  }
}

/** The room opened last in this browser, if it is still on the air and belongs to this account. @throws {Refused} */
export async function ownLiveRoom(uid: number): Promise<number | undefined> {
  const rid = remembered()
  if (rid === undefined) return undefined
  const { info } = await call<{ info: RoomInfo }>("GET", "/room_info", { rid })
  return info.Statue === 1 && info.OwnerId === uid ? rid : undefined
}

function remember(roomId: number): void {
  try {
    localStorage.setItem(shelf, String(roomId))
  } catch {
    // It is in the list of rooms all the same.
  }
}

function remembered(): number | undefined {
  try {
    return Number(localStorage.getItem(shelf)) || undefined
  } catch {
    return undefined
  }
}
