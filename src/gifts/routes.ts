import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { operator } from "../wire/operator.ts"
import { requestKey } from "../wire/request_key.ts"
import { acting, signedIn } from "../wire/session.ts"
import { sendGift } from "./gift.ts"
import { addGiftKind, changeGiftKind, giftKindsOf, giftsOnSale } from "./kind.ts"
import { biggestGivers, giversTo, ownerOfBoard, receiversFrom } from "./rank.ts"
import { AddGift, AllRank, Board, ChangeGift, GiftKinds, giftRow, kindRow, rankRow, SendGift, TipGift } from "./wire.ts"

export const giftRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/gift_config", async () => ok({ gift: (await giftsOnSale(app.db.read)).map(giftRow) }))
    .post("/gift/send_gift", acting(app), input(SendGift), async (c) => {
      const { user } = c.var.session
      const { giftid, num, revid } = c.var.input
      const request = await requestKey(c, user.id)
      await sendGift(app, user, { kindId: giftid, number: num, receiverId: revid, request })
      return ok()
    })
    .post("/gift/tip_gift", acting(app), input(TipGift), async (c) => {
      const { user } = c.var.session
      const { gift_id, num, revid } = c.var.input
      const request = await requestKey(c, user.id)
      await sendGift(app, user, { kindId: gift_id, number: num, receiverId: revid, request })
      return ok()
    })
    .get("/gift/gain_rank", signedIn(app), input(Board), async (c) => {
      const { oid, ...page } = c.var.input
      const owner = await ownerOfBoard(app, c.var.session.user, oid)
      const rows = await giversTo(app.db.read, owner, page)
      return ok({ rank: rows.map(rankRow("send_user")) })
    })
    .get("/gift/send_rank", signedIn(app), input(Board), async (c) => {
      const { oid, ...page } = c.var.input
      const owner = await ownerOfBoard(app, c.var.session.user, oid)
      const rows = await receiversFrom(app.db.read, owner, page)
      return ok({ rank: rows.map(rankRow("rev_user")) })
    })
    .get("/all_rank", signedIn(app), input(AllRank), async (c) => {
      const rows = await biggestGivers(app.db.read, c.var.input)
      return ok({ rank: rows.map(rankRow("send_user")) })
    })
    .get("/admin/gifts", operator(app, "catalog.edit"), input(GiftKinds), async (c) =>
      ok({ gifts: (await giftKindsOf(app.db.read, c.var.input)).map(kindRow) }),
    )
    .post("/admin/gifts/add", operator(app, "catalog.edit"), input(AddGift), async (c) => {
      const { on_sale: onSale, ...kind } = c.var.input
      return ok({ gift: kindRow(await addGiftKind(app, c.var.actor, { ...kind, onSale })) })
    })
    .post("/admin/gifts/change", operator(app, "catalog.edit"), input(ChangeGift), async (c) => {
      const { id, on_sale: onSale, ...change } = c.var.input
      return ok({ gift: kindRow(await changeGiftKind(app, c.var.actor, id, { ...change, onSale })) })
    })
