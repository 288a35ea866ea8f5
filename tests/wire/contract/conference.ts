import { grant } from "../../../src/admin/role.ts"
import { opensConference } from "../../conferences/stage.ts"
import { startApp } from "../../support/app.ts"
import { registers } from "../../support/cast.ts"
import type { Phone } from "../../support/phone.ts"
import type { Socket } from "../../support/socket.ts"
import type { Call, Stage } from "./stage.ts"

/** How each conference call comes to a successful answer. */
export const conferenceScenarios: Record<string, (stage: Stage) => Promise<Call>> = {
  multiple_create_room: async ({ app }) => ({ phone: await registers(app, "Cai"), values: {} }),
  async multiple_confirm(stage) {
    const { phone, rid } = await aHost(stage)
    return { phone, values: { rid, room_name: "Tea", location: "Shanghai" } }
  },
  async multiple_ready_room(stage) {
    const { phone, rid } = await aHost(stage)
    return { phone, values: { rid, room_name: "Tea", location: "Shanghai", save: 0 } }
  },
  async multiple_gen_live_addr({ app }) {
    const phone = await registers(app, "Cai")
    return { phone, values: { rid: await opensConference(phone), line: 1 } }
  },
  async multiple_get_room(stage) {
    const { phone, rid } = await aHost(stage)
    return { phone, values: { rid } }
  },
  multiple_gen_token: async (stage) => ({ phone: (await aHost(stage)).phone, values: {} }),
  async multiple_invite(stage) {
    const { phone, rid } = await aHost(stage)
    const guest = await registers(stage.app, "Dan")
    await (await guest.enters(0)).settles()
    return { phone, values: { oid: guest.uid, rid } }
  },
  async multiple_exit({ app }) {
    const phone = await registers(app, "Cai")
    await opensConference(phone)
    return { phone, values: {} }
  },
  async admin_delete_multiple(stage) {
    const { rid } = await aHost(stage)
    const phone = await registers(stage.app, "Mo")
    await grant(stage.app.running.app, "cli", phone.tel, "moderator")
    return { phone, values: { rid } }
  },
}

/** Somebody with a conference that is not open yet. */
async function aHost({ app }: Stage): Promise<{ phone: Phone; rid: number }> {
  const phone = await registers(app, "Cai")
  const { rid } = await phone.ok("POST", "/multiple/create_room")
  return { phone, rid: Number(rid) }
}

/**
 * Ana holds a conference and has Bo, whose app knows our frames, on stage; each says something to the other.
 *
 * @returns the sockets, now closed: Ana's, then Bo's
 */
export async function aTable(): Promise<Socket[]> {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const rid = String((await ana.ok("POST", "/multiple/create_room"))["rid"])
  await ana.ok("POST", "/multiple/ready_room", { rid })
  const atAna = await ana.enters(Number(rid))
  const atBo = await bo.enters(Number(rid), { ext: 1 })
  await atBo.hears({ mtype: 1020 })
  await ana.ok("POST", "/multiple/invite", { oid: bo.uid, rid })
  await atBo.hears({ mtype: 15 })
  atBo.sends({ mtype: 15, anchor_uid: ana.uid, is_agree: 0 })
  await atAna.hears({ mtype: 15 })
  atBo.sends({ mtype: 1016, to: ana.uid, data: null })
  await atBo.hears({ mtype: 4, err: 69 })
  atBo.sends({ mtype: 1016, to: ana.uid, data: { candidate: "" } })
  atAna.sends({ mtype: 1016, to: bo.uid, data: { sdp: "v=0" } })
  await atBo.hears({ mtype: 1016 })
  await ana.ok("POST", "/multiple/exit")
  await Promise.all([atAna.closed, atBo.closed])
  return [atAna, atBo]
}
