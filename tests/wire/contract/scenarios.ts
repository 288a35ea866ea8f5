import { nextTel, passwordOf, registers } from "../../support/cast.ts"
import type { Phone } from "../../support/phone.ts"
import type { Call, Stage } from "./stage.ts"

/** How each built call comes to a successful answer, by the row's id. What it needs is set up anew at every use. */
export const scenarios: Record<string, (stage: Stage) => Call | Promise<Call>> = {
  action_send_code: ({ stranger }) => ({ phone: stranger, values: { tel: nextTel(), purpose: "register" } }),
  async action_register({ app, stranger }) {
    const account = nextTel()
    await stranger.ok("POST", "/action/send_code", { tel: account, purpose: "register" })
    const code = app.sms.sent.at(-1)?.code
    return { phone: stranger, values: { account, pwd: "a-password", code, type: 0, channel_id: "store" } }
  },
  action_verify_tel: ({ stranger }) => ({ phone: stranger, values: { tel: nextTel() } }),
  async action_modify_pwd({ app, stranger }) {
    const { tel } = await registers(app, "Cai")
    await stranger.ok("POST", "/action/send_code", { tel, purpose: "reset" })
    return { phone: stranger, values: { account: tel, pwd: "another", type: 0, code: app.sms.sent.at(-1)?.code } }
  },
  async action_login({ app, stranger }) {
    const { tel } = await registers(app, "Cai")
    return { phone: stranger, values: { account: tel, pwd: passwordOf("Cai"), channel_id: "store" } }
  },
  action_logout: async ({ app }) => ({ phone: await registers(app, "Cai"), values: {} }),

  user_modify_char: ({ bo }) => ({ phone: bo, values: { nickname: "Bo the first", sex: 1 } }),
  user_modify_pwd: async ({ app }) => ({
    phone: await registers(app, "Cai"),
    values: { oldpwd: passwordOf("Cai"), newpwd: "another" },
  }),
  user_modify_info_nick: ({ bo }) => ({ phone: bo, values: { nick_name: "Bo the second" } }),
  user_modify_info_sex: ({ bo }) => ({ phone: bo, values: { sex: 2 } }),
  user_modify_info_location: ({ bo }) => ({ phone: bo, values: { location: "Shanghai" } }),
  user_modify_info_sign: ({ bo }) => ({ phone: bo, values: { sign: "love" } }),
  user_set_push: ({ bo }) => ({ phone: bo, values: { push: 1 } }),
  user_refresh_info: ({ bo }) => ({ phone: bo, values: {} }),
  look_info: ({ ana, stranger }) => ({ phone: stranger, values: { uid: ana.uid } }),
  look_info_all: ({ ana, bo }) => ({ phone: bo, values: { oid: ana.uid } }),

  room_live_create: async ({ app }) => ({ phone: await registers(app, "Cai"), values: { line: 2 } }),
  room_exit_create: async ({ app }) => ({ phone: await registers(app, "Cai"), values: {} }),
  room_create_room: async ({ app }) => ({
    phone: await registers(app, "Cai"),
    values: { room_name: "Tea", location: "Shanghai", itype: 2, save: 0, game_type: 0 },
  }),
  async room_close_room({ app }) {
    const phone = await registers(app, "Cai")
    return { phone, values: { roomid: await phone.opensRoom() } }
  },
  room_pull_addr: ({ ana, roomId }) => ({ phone: ana, values: { rid: roomId, line: 1 } }),
  list_room: ({ stranger }) => ({ phone: stranger, values: { index: 0 } }),
  room_info: ({ stranger, roomId }) => ({ phone: stranger, values: { rid: roomId } }),
  chat_info: ({ ana, roomId }) => ({ phone: ana, values: { rid: roomId, index: 0 } }),
  audience_info: ({ ana, roomId }) => ({ phone: ana, values: { rid: roomId, index: 0 } }),
  check_channel: ({ bo, roomId }) => ({ phone: bo, path: `/check_channel/${roomId}`, values: {} }),
  channel_ws: async ({ app, roomId }) => ({
    phone: await registers(app, "Cai"),
    path: `/channel/${roomId}/ws`,
    values: {},
  }),
  chat_gag: async (stage) => ({ phone: stage.ana, values: { oid: (await aViewer(stage)).uid } }),
  async chat_cancel_gag(stage) {
    const { uid: oid } = await aViewer(stage)
    await stage.ana.ok("POST", "/chat/gag", { oid })
    return { phone: stage.ana, values: { oid } }
  },

  healthz: ({ stranger }) => ({ phone: stranger, values: {} }),
  readyz: ({ stranger }) => ({ phone: stranger, values: {} }),
}

async function aViewer({ app, roomId }: Stage): Promise<Phone> {
  const phone = await registers(app, "Cai")
  await (await phone.enters(roomId)).settles()
  return phone
}
