import { creditUser } from "../../../src/admin/operate.ts"
import { bindsPhone, canCash, codeTo, nextCardNumber } from "../../support/cash.ts"
import { nextTel, passwordOf, registers } from "../../support/cast.ts"
import { earnsRipeRice } from "../../support/money.ts"
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

  action_get_diamond_score: ({ bo }) => ({ phone: bo, values: {} }),
  score_config: ({ stranger }) => ({ phone: stranger, values: {} }),
  pay_score_exchange: async (stage) => ({ phone: await aGiver(stage), values: { diamond: 10 } }),
  gift_config: ({ stranger }) => ({ phone: stranger, values: {} }),
  gift_send_gift: async (stage) => ({
    phone: await aGiver(stage),
    values: { giftid: 1, num: 2, revid: stage.ana.uid },
  }),
  gift_tip_gift: async (stage) => ({
    phone: await aGiver(stage),
    values: { gift_id: 1, num: 2, revid: stage.ana.uid },
  }),
  gift_gain_rank: async (stage) => {
    const giver = await aGiver(stage)
    await giver.ok("POST", "/gift/send_gift", { giftid: 1, num: 2, revid: stage.ana.uid })
    return { phone: stage.ana, values: { index: 0 } }
  },
  gift_send_rank: async (stage) => {
    const giver = await aGiver(stage)
    await giver.ok("POST", "/gift/send_gift", { giftid: 1, num: 2, revid: stage.ana.uid })
    return { phone: giver, values: { index: 0 } }
  },
  all_rank: async (stage) => {
    const giver = await aGiver(stage)
    await giver.ok("POST", "/gift/send_gift", { giftid: 1, num: 2, revid: stage.ana.uid })
    return { phone: giver, values: { index: 0 } }
  },
  pay_pay_config_android: ({ bo }) => ({ phone: bo, values: {} }),
  pay_pay_config_ios: ({ bo }) => ({ phone: bo, values: {} }),
  pay_weixin_prepay: ({ bo }) => ({ phone: bo, values: { itemid: "gold_10", openid: "" } }),
  pay_weixin_notify: ({ stranger }) => ({ phone: stranger, values: {}, status: 400 }),
  pay_apple_pay: ({ bo }) => ({ phone: bo, values: { receipt: `sandbox:gold_10:${crypto.randomUUID()}` } }),
  pay_google_pay: ({ bo }) => ({ phone: bo, values: { productId: "gold_10" } }),

  async card_cash_tel({ app }) {
    const phone = await registers(app, "Cai")
    return { phone, values: { cash_tel: phone.tel, code: await codeTo(phone, phone.tel), type: 0 } }
  },
  card_check_tel: ({ bo }) => ({ phone: bo, values: {} }),
  async card_reset_tel({ app }) {
    const phone = await registers(app, "Cai")
    await bindsPhone(phone)
    return { phone, values: { code: await codeTo(phone, phone.tel), type: 0 } }
  },
  card_add_card: async ({ app }) => ({
    phone: await registers(app, "Cai"),
    values: { bank: "工商银行", card_no: nextCardNumber(), real_name: "Cai" },
  }),
  card_show_cash: ({ bo }) => ({ phone: bo, values: {} }),
  card_cash_bank: async (stage) => ({ phone: await aCashingHost(stage), values: { money: 50, ptype: 0 } }),
  async card_cash_record(stage) {
    const phone = await aCashingHost(stage)
    await phone.ok("POST", "/card/cash_bank", { money: 50 })
    return { phone, values: { index: 0 } }
  },
  card_exchange_item: async (stage) => ({ phone: await aCashingHost(stage), values: { item_id: 1 } }),
  cash_sys_say: ({ stranger }) => ({ phone: stranger, values: { lang: "english" } }),
  switch_get_switch_cash_bank: ({ stranger }) => ({ phone: stranger, values: {} }),
  item_config: ({ stranger }) => ({ phone: stranger, values: {} }),

  healthz: ({ stranger }) => ({ phone: stranger, values: {} }),
  metrics: ({ stranger }) => ({ phone: stranger, values: {} }),
  readyz: ({ stranger }) => ({ phone: stranger, values: {} }),
}

async function aGiver({ app }: Stage): Promise<Phone> {
  const phone = await registers(app, "Cai")
  const gift = { userId: phone.uid, currency: "diamond", amount: 100, actor: "cli", why: "a story" } as const
  await creditUser(app.running.app, gift)
  return phone
}

async function aViewer({ app, roomId }: Stage): Promise<Phone> {
  const phone = await registers(app, "Cai")
  await (await phone.enters(roomId)).settles()
  return phone
}

async function aCashingHost({ app }: Stage): Promise<Phone> {
  const phone = await registers(app, "Cai")
  await canCash(phone)
  await earnsRipeRice(phone, 1_000)
  return phone
}
