import type { Member, PassAnswer, Totals } from "../api/answers.ts"
import { call, Refused } from "../api/call.ts"

/** What lets the reader onto the stage of a room's conference. */
export interface Pass {
  roomId: number
  /** Who carries sound and picture: this page can do it where the server says `builtin`. */
  rtc: string
  iceServers: RTCIceServer[]
}

/** A conference of the host's is open already. */
const openAlready = 70
/** What `gen_token` says to who is not on stage, or not any more: 67, 72, 73 and 76. */
const offStage = new Set([67, 72, 73, 76])

/**
 * Makes a conference, or takes up the one that the host has made before, and puts it on the air.
 *
 * @throws {Refused}
 */
export async function openConference(name: string): Promise<Pass> {
  const rid = await ownConference()
  await call("POST", "/multiple/confirm", { rid, room_name: name }).catch(unlessOnAir)
  return passOf((await readyRoom(rid)).pass)
}

async function ownConference(): Promise<number> {
  try {
    return Number((await call<{ rid: string }>("POST", "/multiple/create_room")).rid)
  } catch (reason) {
    if (reason instanceof Refused && reason.code === openAlready) return Number(reason.answer["rid"])
    throw reason
  }
}

/** What a conference on the air answers to who would settle its title. */
const inUse = 68

function unlessOnAir(reason: unknown): void {
  if (!(reason instanceof Refused) || reason.code !== inUse) throw reason
}

/** A fresh address to push the composed picture to; the conference goes on the air unless it is. @throws {Refused} */
export async function readyRoom(rid: number): Promise<{ pushAddress: string; pass: PassAnswer }> {
  const pass = await call<PassAnswer & { live_pull: string }>("POST", "/multiple/ready_room", { rid })
  return { pushAddress: pass.live_pull, pass }
}

/** @returns undefined for who is not on the stage @throws {Refused} */
export async function passFor(rid: number): Promise<Pass | undefined> {
  try {
    return passOf(await call<PassAnswer>("GET", "/multiple/gen_token", { rid }))
  } catch (reason) {
    if (reason instanceof Refused && offStage.has(reason.code)) return undefined
    throw reason
  }
}

const passOf = ({ rid, rtc, ice_servers }: PassAnswer): Pass => ({
  roomId: Number(rid),
  rtc,
  iceServers: ice_servers,
})

/** The title of a conference and who is on its stage; its host learns of those who are asked too. @throws {Refused} */
export async function lookAt(rid: number): Promise<{ title: string; members: Member[] }> {
  const { room, members } = await call<{ room: { room_name: string }; members: Member[] }>(
    "GET",
    "/multiple/get_room",
    { rid },
  )
  return { title: room.room_name, members }
}

/** Leaves the stage, which ends a conference of one's own. @throws {Refused} */
export const leave = () => call<Totals>("POST", "/multiple/exit")

/** Takes a guest off one's own stage. @throws {Refused} */
export const throwOut = (oid: number) => call("POST", "/multiple/exit", { oid })

/** Asks somebody onto one's own stage. @throws {Refused} */
export const invite = (rid: number, oid: number) => call("POST", "/multiple/invite", { rid, oid })
