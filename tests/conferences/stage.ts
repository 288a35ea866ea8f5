import { expect } from "bun:test"
import type { TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Answer, Phone } from "../support/phone.ts"
import type { Socket } from "../support/socket.ts"

/** A host's conference on the air, the host in its room. */
export interface Conference {
  app: TestApp
  host: Phone
  rid: number
  /** The host's socket in the room, which takes our frames. */
  atHost: Socket
}

/** Makes a conference and opens it. @returns its id */
export async function opensConference(host: Phone, values: Record<string, string | number> = {}): Promise<number> {
  const { rid } = await host.ok("POST", "/multiple/create_room")
  await host.ok("POST", "/multiple/ready_room", { rid: Number(rid), ...values })
  return Number(rid)
}

export async function aConference(app: TestApp, name = "Ana"): Promise<Conference> {
  const host = await registers(app, name)
  const rid = await opensConference(host, { room_name: `${name}'s table` })
  return { app, host, rid, atHost: await host.enters(rid, { ext: 1 }) }
}

/** Comes to the room, is asked and answers. @returns the guest's socket in the room, which takes our frames */
export async function comesOnStage({ host, rid, atHost }: Conference, guest: Phone): Promise<Socket> {
  const socket = await guest.enters(rid, { ext: 1 })
  await socket.hears({ mtype: 1020 })
  await host.ok("POST", "/multiple/invite", { oid: guest.uid, rid })
  await socket.hears({ mtype: 15, user: host.uid, other: guest.uid, rid: String(rid) })
  answers(socket, host, 0)
  await atHost.hears({ mtype: 15, uid: guest.uid, is_agree: 0, is_ageree: 0 })
  return socket
}

/** 0 is yes. */
export function answers(socket: Socket, host: Phone, isAgree: 0 | 1): void {
  socket.sends({ mtype: 15, anchor_uid: host.uid, is_agree: isAgree })
}

/** Who is on stage or asked, as somebody sees it: ids and what they are. */
export async function membersFor(reader: Phone, rid: number): Promise<[number, string][]> {
  const { members } = await reader.ok("GET", "/multiple/get_room", { rid })
  return (members as { uid: string; state: string }[]).map(({ uid, state }) => [Number(uid), state])
}

/** What a token of ours or Qiniu's says. */
export function saidIn({ token }: Answer): unknown {
  const [, , said = ""] = String(token).split(":")
  return JSON.parse(Buffer.from(said, "base64url").toString())
}

/** Runs the stages' job, as it would by itself in a few seconds. */
export const tends = (app: TestApp): Promise<void> => app.running.jobs.runNow("conferences.tend_stages")

/** Has a socket sent to nothing that it should not have heard of this kind. */
export async function heardNone(socket: Socket, mtype: number): Promise<void> {
  await socket.settles()
  expect(socket.frames.filter((frame) => frame.mtype === mtype)).toEqual([])
}

/** Waits until the server says that somebody has left the stage. */
export async function hearsFarewell(socket: Socket, guest: Phone): Promise<void> {
  const frame = await socket.hears({ mtype: 1016, from: guest.uid })
  expect(frame["data"]).toEqual({ type: "bye" })
}
