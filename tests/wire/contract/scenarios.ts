import { creditUser } from "../../../src/admin/credit.ts"
import { grant } from "../../../src/admin/role.ts"
import { staysConnected } from "../../bonuses/stage.ts"
import { opensConference } from "../../conferences/stage.ts"
import { keepsAConference, keepsAnEvening } from "../../playback/stage.ts"
import { bindsPhone, canCash, codeTo, nextCardNumber } from "../../support/cash.ts"
import { nextTel, passwordOf, registers } from "../../support/cast.ts"
import { nextResidentNumber } from "../../support/identity.ts"
import { noisePng } from "../../support/images.ts"
import { earnsRipeRice } from "../../support/money.ts"
import type { Phone } from "../../support/phone.ts"
import { conferenceScenarios } from "./conference.ts"
import { signInScenarios } from "./sign_in.ts"
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
  ...signInScenarios,
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
  user_auth_real: async ({ app }) => ({
    phone: await registers(app, "Cai"),
    values: {
      name: "Cai",
      sex: 2,
      birthday: "1990-12-31",
      identification: nextResidentNumber("19901231", 2),
      school: "the school of life",
      identify_type: 1,
    },
  }),
  admin_auth_real_status: ({ stranger }) => ({ phone: stranger, values: {} }),
  admin_switch_auth: async (stage) => ({ phone: await anAdmin(stage), values: { switch: 0 } }),
  admin_switch_account_auth: async (stage) => ({ phone: await anAdmin(stage), values: { switch: 1 } }),
  look_info: ({ ana, stranger }) => ({ phone: stranger, values: { uid: ana.uid } }),
  look_info_all: ({ ana, bo }) => ({ phone: bo, values: { oid: ana.uid } }),

  upfile_gen_7niu_token: ({ bo }) => ({ phone: bo, values: { uptype: 1 } }),
  qi_niu_config: ({ stranger }) => ({ phone: stranger, values: {} }),
  user_upload_image: ({ bo }) => ({ phone: bo, values: { file: aPicture() } }),
  room_upload_cover: ({ bo }) => ({ phone: bo, values: { cover: aPicture() } }),

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

  recommand_list: async (stage) => {
    const host = await registers(stage.app, "Cai")
    await host.ok("POST", "/room/recommand", { rid: await keepsAnEvening(host) })
    await opensConference(host)
    const other = await registers(stage.app, "Dan")
    await other.ok("POST", "/room/recommand", { rid: await keepsAConference(other) })
    return { phone: stage.stranger, values: { index: 0, play_index: 0, uid: host.uid } }
  },
  async room_recommand({ app }) {
    const phone = await registers(app, "Cai")
    return { phone, values: { rid: await keepsAnEvening(phone), multiple: 0 } }
  },
  room_cancel_recommand: ({ bo }) => ({ phone: bo, values: {} }),
  async room_play_list({ app }) {
    const phone = await registers(app, "Cai")
    await keepsAnEvening(phone)
    await keepsAConference(phone)
    return { phone, values: {} }
  },
  async room_del_play({ app }) {
    const phone = await registers(app, "Cai")
    return { phone, values: { roomid: await keepsAnEvening(phone), multiple: 0 } }
  },
  room_check_play_count: ({ bo }) => ({ phone: bo, values: {} }),

  ...conferenceScenarios,

  focus_focus_other: async ({ app, bo }) => ({ phone: bo, values: { oid: (await registers(app, "Cai")).uid } }),
  focus_cancel_focus: async (stage) => ({ phone: await aFollower(stage), values: { oid: stage.ana.uid } }),
  focus_focus_list: async (stage) => ({ phone: await aFollower(stage), values: { index: 0 } }),
  focus_focus_live_list: async (stage) => ({ phone: await aFollower(stage), values: { index: 0 } }),
  focus_search_focus: async (stage) => ({ phone: await aFollower(stage), values: { oid: stage.ana.uid } }),
  async focus_fans_list(stage) {
    await aFollower(stage)
    return { phone: stage.ana, values: { index: 0 } }
  },
  black_add_black: async ({ app, bo }) => ({ phone: bo, values: { blackid: (await registers(app, "Cai")).uid } }),
  async black_black_list({ app, ana }) {
    const phone = await registers(app, "Cai")
    await phone.ok("POST", "/black/add_black", { blackid: ana.uid })
    return { phone, values: { index: 0 } }
  },
  black_del_black: ({ ana, bo }) => ({ phone: bo, values: { blackid: ana.uid } }),
  report: ({ ana, bo }) => ({ phone: bo, values: { uid: bo.uid, oid: ana.uid, desc: "sells things" } }),

  letter_write_letter: ({ ana, bo }) => ({ phone: bo, values: { oid: ana.uid, msg: "love" } }),
  letter_letter_list: async (stage) => ({ phone: (await aTalk(stage)).reader, values: { index: 0 } }),
  async letter_letter_show(stage) {
    const { reader, writer } = await aTalk(stage)
    return { phone: reader, values: { oid: writer.uid, index: 0 } }
  },
  async letter_letter_open(stage) {
    const { reader } = await aTalk(stage)
    const { letter } = await reader.ok("GET", "/letter/letter_list")
    const [{ session_id } = { session_id: "" }] = letter as { session_id: string }[]
    return { phone: reader, values: { session_id, index: 0 } }
  },
  letter_letter_unread: ({ bo }) => ({ phone: bo, values: {} }),
  async letter_del_session(stage) {
    const { reader, writer } = await aTalk(stage)
    return { phone: reader, values: { oid: writer.uid } }
  },

  admin_close_chat: async (stage) => ({
    phone: await anAdmin(stage),
    values: { anchorid: await aHostOnAir(stage) },
  }),
  admin_flush_notice: async (stage) => ({ phone: await anAdmin(stage), values: {} }),
  admin_forbid_user_power: async (stage) => ({
    phone: await anAdmin(stage),
    values: { oid: (await registers(stage.app, "Mal")).uid, forbid: 2, forbid_time: 60 },
  }),
  async admin_monitor({ app }) {
    const phone = await registers(app, "Cai")
    await grant(app.running.app, "cli", phone.tel, "moderator")
    return { phone, values: {} }
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

  task_config: ({ stranger }) => ({ phone: stranger, values: { platform: "android", version: "1.0" } }),
  task_list_task: ({ bo }) => ({ phone: bo, values: {} }),
  task_refresh_task: ({ bo }) => ({ phone: bo, values: {} }),
  async task_post_task(stage) {
    const phone = await aGiver(stage)
    await phone.ok("POST", "/gift/send_gift", { giftid: 1, num: 1, revid: stage.ana.uid })
    return { phone, values: { task_id: 400 } }
  },
  action_daily_record: async ({ app }) => ({ phone: await registers(app, "Cai"), values: {} }),
  action_login_bonus_list: ({ bo }) => ({ phone: bo, values: {} }),
  action_login_bonus_get: async ({ app }) => ({ phone: await registers(app, "Cai"), values: {} }),
  daily_online_time: ({ bo }) => ({ phone: bo, values: {} }),
  daily_online_reward: async (stage) => ({ phone: await aLastingViewer(stage), values: {} }),
  version_update: ({ stranger }) => ({ phone: stranger, values: { platform: "ios", version: "1.0" } }),

  healthz: ({ stranger }) => ({ phone: stranger, values: {} }),
  metrics: ({ stranger }) => ({ phone: stranger, values: {} }),
  readyz: ({ stranger }) => ({ phone: stranger, values: {} }),
}

async function anAdmin({ app }: Stage): Promise<Phone> {
  const phone = await registers(app, "Cai")
  await grant(app.running.app, "cli", phone.tel, "admin")
  return phone
}

async function aHostOnAir({ app }: Stage): Promise<number> {
  const host = await registers(app, "Dee")
  await host.opensRoom()
  return host.uid
}

const aPicture = () => new Blob([noisePng(8, 8)], { type: "image/png" })

async function aGiver({ app }: Stage): Promise<Phone> {
  const phone = await registers(app, "Cai")
  const gift = { userId: phone.uid, currency: "diamond", amount: 100, actor: "cli", why: "a story" } as const
  await creditUser(app.running.app, gift)
  return phone
}

/** Somebody who follows Ana. */
async function aFollower({ app, ana }: Stage): Promise<Phone> {
  const phone = await registers(app, "Cai")
  await phone.ok("POST", "/focus/focus_other", { oid: ana.uid })
  return phone
}

/** Two people, one of whom has written the other a letter. */
async function aTalk({ app }: Stage): Promise<{ writer: Phone; reader: Phone }> {
  const [writer, reader] = [await registers(app, "Cai"), await registers(app, "Dan")]
  await writer.ok("POST", "/letter/write_letter", { oid: reader.uid, msg: "love" })
  return { writer, reader }
}

async function aViewer({ app, roomId }: Stage): Promise<Phone> {
  const phone = await registers(app, "Cai")
  await (await phone.enters(roomId)).settles()
  return phone
}

async function aLastingViewer({ app }: Stage): Promise<Phone> {
  const phone = await registers(app, "Cai")
  await staysConnected(phone, 5)
  return phone
}

async function aCashingHost({ app }: Stage): Promise<Phone> {
  const phone = await registers(app, "Cai")
  await canCash(phone)
  await earnsRipeRice(phone, 1_000)
  return phone
}
