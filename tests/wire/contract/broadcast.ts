import { creditUser } from "../../../src/admin/credit.ts"
import { closeBroadcast } from "../../../src/moderation/closing.ts"
import { bets, closes, endowsScore, recordsOf, roundAt } from "../../games/stage.ts"
import { startApp, type TestApp } from "../../support/app.ts"
import { registers } from "../../support/cast.ts"
import type { Phone } from "../../support/phone.ts"
import type { Socket } from "../../support/socket.ts"

/** What frames carry beyond the document: who speaks, and the number of every documented frame that a room gets. */
export const furtherFields: Record<number, Record<string, unknown>> = {
  1: { msg: "", uid: 55, nick_name: "ss", image: "", user_level: 1, anchor_level: 1, seq: 1 },
  2: {
    id: 1,
    uid: 55,
    nick_name: "ss",
    image: "",
    user_level: 1,
    gift_id: 1,
    gift_name: "",
    num: 1,
    combo: 1,
    rev_uid: 55,
    rice: 1,
    room_rice: 1,
    seq: 1,
  },
  3: { uid: 55, count: 1, seq: 1 },
  5: { time: 3600, count: null, rice: null, seq: 1 },
  10: { seq: 1 },
  11: { seq: 1 },
  18: { seq: 1 },
  48: { record: [{ Hash: "", Secret: "", Turn: 1, Chain: "", Salt: "" }] },
  1020: { room: 5, owner: 7, gagged: false, epoch: "" },
  1041: { turn: 1, chain: "", salt: "" },
}

/**
 * Ana goes live; Bo, whose app knows our frames, and Cai come. Dan is live elsewhere. Everything that sends a frame happens.
 *
 * @returns the sockets, now closed: Ana's first, then Bo's, then the others
 */
export async function aBroadcast(): Promise<Socket[]> {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const [ana, bo, cai] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Cai")]
  const roomId = await ana.opensRoom({ slow: 600, game_type: 1 })
  const first = await ana.enters(roomId)
  const atBo = await bo.enters(roomId, { ext: 1 })
  await atBo.hears({ mtype: 1020 })
  const atCai = await cai.enters(roomId)
  await atBo.hears({ mtype: 18 })
  const dan = await registers(app, "Dan")
  const atDan = await dan.enters(await dan.opensRoom())
  atCai.sends({ mtype: 0 })
  await atCai.hears({ mtype: 0 })

  atCai.says("good evening")
  await atBo.hears({ mtype: 1 })
  atCai.says("and good night")
  await atCai.hears({ mtype: 6 })
  atCai.sends({ mtype: 3 })
  await atBo.hears({ mtype: 3 })
  atCai.sends("no JSON")
  await atCai.hears({ mtype: 4, err: 30 })
  await ana.ok("POST", "/chat/gag", { oid: cai.uid })
  await atCai.hears({ mtype: 8 })
  await ana.ok("POST", "/chat/cancel_gag", { oid: cai.uid })
  await atCai.hears({ mtype: 9 })

  const gift = { userId: cai.uid, currency: "diamond", amount: 1, actor: "cli", why: "a story" } as const
  await creditUser(app.running.app, gift)
  await cai.ok("POST", "/gift/send_gift", { giftid: 1, num: 1, revid: ana.uid })
  await atBo.hears({ mtype: 2 })
  await atCai.hears({ mtype: 60 })

  await cai.ok("POST", "/letter/write_letter", { oid: bo.uid, msg: "well given" })
  await atBo.hears({ mtype: 1019 })

  await playsARound(app, bo, atBo)

  await closeBroadcast(app.running.app, "cli", dan.uid)
  await atDan.hears({ mtype: 7 })

  await first.leaves()
  await atBo.hears({ mtype: 10 })
  const second = await ana.enters(roomId)
  await atBo.hears({ mtype: 11 })
  await atCai.leaves()
  await atBo.hears({ mtype: 1012 })
  await atBo.hears({ mtype: 1013 })
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await atBo.hears({ mtype: 5 })
  await Promise.all([second.closed, atBo.closed])
  return [first, atBo, second, atCai, atDan]
}

/** Bets in the room's round, and hears what came of it. */
async function playsARound(app: TestApp, phone: Phone, socket: Socket): Promise<void> {
  await endowsScore(phone, 10)
  const round = await roundAt(app, socket)
  await bets(socket, round.game_id, 1, 10)
  await closes(app, round)
  await socket.hears({ mtype: 1044 })
  await recordsOf(socket, Number(round.game_id.split("_")[0]))
}
