import { expect } from "bun:test"
import { identities } from "../../src/accounts/tables.ts"
import { creditUser } from "../../src/admin/credit.ts"
import { grant } from "../../src/admin/role.ts"
import { write } from "../../src/db/write.ts"
import { creditSale } from "../../src/payments/order.ts"
import { packOnSale } from "../../src/payments/pack.ts"
import { keepsAttendance, staysConnected } from "../bonuses/stage.ts"
import { answers, opensConference } from "../conferences/stage.ts"
import { asksToUpload, uploads } from "../files/stage.ts"
import { bets, closes, comesTo, roundAt } from "../games/stage.ts"
import { keepsAnEvening } from "../playback/stage.ts"
import type { TestApp } from "../support/app.ts"
import { cardNumber, codeTo } from "../support/cash.ts"
import { nextTel, passwordOf, registers } from "../support/cast.ts"
import { nextResidentNumber } from "../support/identity.ts"
import { noisePng } from "../support/images.ts"
import type { Phone } from "../support/phone.ts"
import { approve, theDesk } from "../withdrawals/desk.ts"

/** Ana, and the others she has to do with. */
export interface Life {
  ana: Phone
  bo: Phone
  desk: Phone
  /** The name of her picture's file. */
  face: string
  /** What only the person and the operator should know: nothing of it may be left of an erased person. */
  private: Record<string, string>
  /** What others said of her, or to her. */
  others: Record<string, string>
}

let lives = 0

/** Lives through everything of which the server keeps anything. The app needs the operator's token and the sandbox. */
export async function aLife(app: TestApp): Promise<Life> {
  const n = String(++lives)
  const desk = theDesk(app)
  const [ana, bo, cai] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Cai")]
  const own = {
    tel: ana.tel,
    nickName: `Anemone${n}`,
    signature: `lighthouse keeper ${n}`,
    location: `Skerryvore ${n}`,
    school: `school of lighthouses ${n}`,
    realName: `Annabella Quatermain ${n}`,
    number: nextResidentNumber("19370519", 2),
    cashTel: nextTel(),
    card: cardNumber(731_000_000 + lives),
    bank: `Bank of Tiree ${n}`,
    address: `12 Fenchurch Street ${n}`,
    roomName: `foghorn evening ${n}`,
    roomPlace: `Ardnamurchan ${n}`,
    letter: `meet me at the pier ${n}`,
    report: `he threw a herring ${n}`,
    openId: `openid:gannet${n}`,
    crime: `sold herrings ${n}`,
  }
  const others = { letter: `bring the herring ${n}`, report: `she blew the foghorn ${n}` }

  await ana.ok("POST", "/user/modify_info_nick", { nick_name: own.nickName })
  await ana.ok("POST", "/user/modify_info_sign", { sign: own.signature })
  await ana.ok("POST", "/user/modify_info_location", { location: own.location })
  await ana.ok("POST", "/user/modify_info_sex", { sex: 2 })
  await ana.fails(3, "POST", "/action/login", { account: ana.tel, pwd: "no idea" })
  for (const forbid of [2, 0]) {
    const sentence = { oid: ana.uid, forbid, forbid_time: 60, why: own.crime }
    await desk.ok("POST", "/admin/forbid_user_power", sentence)
  }
  await grant(app.running.app, "cli", ana.tel, "finance")
  await knownToAVendor(app, ana, own.openId)

  const face = await asksToUpload(ana)
  expect((await uploads(app, face, noisePng(64, 64))).status).toBe(200)
  await keepsAnEvening(ana)
  const roomId = await ana.opensRoom({ room_name: own.roomName, location: own.roomPlace, request_id: "room" })
  await (await bo.enters(roomId)).settles()
  await earnsRipeRice(ana)
  await buysPack(bo)
  await bo.ok("POST", "/gift/send_gift", { giftid: 1, num: 1, revid: ana.uid })
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  const atBo = await bo.opensRoom()
  for (const one of [bo, ana]) await (await one.enters(atBo)).settles()
  await bo.ok("POST", "/chat/gag", { oid: ana.uid })
  await isAGuestOf(bo, ana)

  await ana.ok("POST", "/focus/focus_other", { oid: bo.uid })
  for (const fan of [bo, cai]) await fan.ok("POST", "/focus/focus_other", { oid: ana.uid })
  await ana.ok("POST", "/letter/write_letter", { oid: bo.uid, msg: own.letter })
  await bo.ok("POST", "/letter/write_letter", { oid: ana.uid, msg: others.letter })
  await ana.ok("POST", "/report", { oid: cai.uid, desc: own.report })
  await bo.ok("POST", "/report", { oid: ana.uid, desc: others.report })
  const [dan, eve] = [await registers(app, "Dan"), await registers(app, "Eve")]
  await ana.ok("POST", "/black/add_black", { blackid: dan.uid })
  await eve.ok("POST", "/black/add_black", { blackid: ana.uid })

  await ana.ok("POST", "/user/auth_real", { name: own.realName, identification: own.number, school: own.school })
  const { real_names } = await desk.ok("GET", "/admin/real_names")
  await desk.ok("POST", "/admin/real_names/approve", { id: (real_names as { id: string }[])[0]?.id ?? "" })

  await ana.ok("POST", "/card/cash_tel", { cash_tel: own.cashTel, code: await codeTo(ana, own.cashTel) })
  await ana.ok("POST", "/card/add_card", { bank: own.bank, card_no: own.card, real_name: own.realName })
  await approve(desk, String((await ana.ok("POST", "/card/cash_bank", { money: 50 }))["id"]))
  const { id } = await ana.ok("POST", "/card/exchange_item", { item_id: 1, address: own.address })
  await approve(desk, String(id))

  await ana.ok("POST", "/pay/apple_pay", { receipt: `sandbox:gold_10:${crypto.randomUUID()}` })
  await creditUser(app.running.app, { userId: ana.uid, currency: "diamond", amount: 50, actor: "cli", why: "a story" })
  await ana.ok("POST", "/pay/score_exchange", { diamond: 10 })
  await playsARound(ana, cai)
  await staysConnected(ana, 5)
  await ana.ok("POST", "/daily/online_reward")
  await keepsAttendance(app)
  await ana.ok("POST", "/action/login/bonus/get")
  await ana.ok("POST", "/action/daily_record")
  await ana.ok("POST", "/gift/send_gift", { giftid: 1, num: 2, revid: bo.uid })
  await ana.ok("POST", "/task/post_task", { task_id: 400 })
  const { user } = await ana.ok("POST", "/action/login", { account: ana.tel, pwd: passwordOf("Ana") })
  ana.token = (user as { Token: string }).Token
  await ana.fails(3, "POST", "/action/login", { account: ana.tel, pwd: "no idea" })
  return { ana, bo, desk, face: face.key, private: own, others }
}

/** Bets in a round of somebody's room. */
async function playsARound(player: Phone, host: Phone): Promise<void> {
  const roomId = await host.opensRoom({ game_type: 1 })
  const socket = await comesTo(player, roomId)
  const round = await roundAt(player.app, socket)
  await bets(socket, round.game_id, 1, 10)
  await closes(player.app, round)
  await socket.hears({ mtype: 1044 })
  await socket.leaves()
  await host.ok("POST", "/room/close_room", { roomid: roomId })
}

/** One holds a conference and has the other on stage. */
async function isAGuestOf(host: Phone, guest: Phone): Promise<void> {
  const rid = await opensConference(host)
  const [atHost, atGuest] = [await host.enters(0), await guest.enters(0)]
  await host.ok("POST", "/multiple/invite", { oid: guest.uid, rid })
  answers(atGuest, host, 0)
  await atHost.hears({ mtype: 15, uid: guest.uid, is_agree: 0 })
  await host.ok("POST", "/multiple/exit")
}

/** Buys diamonds for money, as a store tells it. */
export async function buysPack({ app: { running }, uid }: Phone, itemId = "gold_10"): Promise<void> {
  const pack = await packOnSale(running.app.db.read, "android", itemId)
  const paid = { userId: uid, provider: "google", transactionId: crypto.randomUUID(), pack } as const
  const sale = { ...paid, quantity: 1, token: "", saidAt: 0, checkAt: null, sandbox: false } as const
  await write(running.app, (tx) => creditSale(running.app, tx, sale))
}

/** Earns 3960 rice, and waits until it can be withdrawn. */
export async function earnsRipeRice(host: Phone): Promise<void> {
  const fan = await registers(host.app, "Fan")
  for (let n = 0; n < 2; n++) await buysPack(fan, "gold_1980")
  await fan.ok("POST", "/gift/send_gift", { giftid: lollipop, num: 396, revid: host.uid })
  host.app.pass(8 * day)
}

/** Of the first rows, 10 diamonds. */
const lollipop = 3
const day = 86_400_000

/** As if she had come through a vendor. */
async function knownToAVendor({ running }: TestApp, { uid }: Phone, subject: string): Promise<void> {
  const createdAt = running.app.now()
  await write(running.app, (tx) =>
    tx
      .insert(identities)
      .values({ userId: uid, provider: "weixin", subject, createdAt })
      .returning({ id: identities.id }),
  )
}
