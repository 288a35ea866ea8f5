import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { operator } from "../wire/operator.ts"
import { requestKey } from "../wire/request_key.ts"
import { acting, signedIn } from "../wire/session.ts"
import { cardOf, setCard } from "./card.ts"
import { cashPage, withdraw } from "./cash.ts"
import { approve, reject } from "./decision.ts"
import { addItem, changeItem, itemsOf, itemsOnSale, orderItem } from "./item.ts"
import { cashNotice } from "./notice.ts"
import { bindCashPhone, cashPhoneOf, unbindCashPhone } from "./phone.ts"
import { revealWithdrawals, withdrawalsOf } from "./record.ts"
import { cashIsOn } from "./window.ts"
import {
  AddCard,
  AddItem,
  Approve,
  boundPhone,
  CashBank,
  CashRecord,
  CashSysSay,
  CashTel,
  ChangeItem,
  cashOverview,
  ExchangeItem,
  ItemConfig,
  Items,
  itemRow,
  notice,
  operatorRow,
  outcome,
  Reject,
  ResetTel,
  recordRow,
  stockRow,
  Withdrawals,
} from "./wire.ts"

export const withdrawalRoutes = (app: App) =>
  new Hono<Wire>()
    .post("/card/cash_tel", acting(app), input(CashTel), async (c) => {
      const { cash_tel, code, type } = c.var.input
      await bindCashPhone(app, c.var.session.user.id, cash_tel, { code, platform: type })
      return ok()
    })
    .get("/card/check_tel", signedIn(app), async (c) =>
      ok(boundPhone(await cashPhoneOf(app.db.read, c.var.session.user.id))),
    )
    .post("/card/reset_tel", acting(app), input(ResetTel), async (c) => {
      const { code, type } = c.var.input
      await unbindCashPhone(app, c.var.session.user.id, { code, platform: type })
      return ok()
    })
    .post("/card/add_card", acting(app), input(AddCard), async (c) => {
      const { bank, card_no, real_name } = c.var.input
      await setCard(app, c.var.session.user.id, { bank, holder: real_name, number: card_no })
      return ok()
    })
    .get("/card/show_cash", signedIn(app), async (c) => {
      const { id, anchorExp } = c.var.session.user
      return ok(cashOverview(await cashPage(app, id), anchorExp, await cardOf(app.db.read, id)))
    })
    .post("/card/cash_bank", acting(app), input(CashBank), async (c) => {
      const { id } = c.var.session.user
      const { money, ptype } = c.var.input
      const filed = await withdraw(app, id, { yuan: money, platform: ptype, request: await requestKey(c, id) })
      return ok({ id: String(filed) })
    })
    .get("/card/cash_record", signedIn(app), input(CashRecord), async (c) => {
      const found = await withdrawalsOf(app.db.read, c.var.session.user.id, c.var.input)
      return ok({ record: found.map(recordRow(app)) })
    })
    .get("/cash_sys_say", input(CashSysSay), async (c) =>
      ok(notice(await cashNotice(app, app.db.read, c.var.input.lang), app.config.cashRiceMin)),
    )
    .get("/switch/get_switch_cash_bank", async () => ok({ cash_switch: await cashIsOn(app.db.read) }))
    .post("/item_config", input(ItemConfig), async () => ok({ gift: (await itemsOnSale(app.db.read)).map(itemRow) }))
    .post("/card/exchange_item", acting(app), input(ExchangeItem), async (c) => {
      const { id } = c.var.session.user
      const { item_id, address } = c.var.input
      const filed = await orderItem(app, id, { itemId: item_id, address, request: await requestKey(c, id) })
      return ok({ id: String(filed) })
    })
    .get("/admin/withdrawals", operator(app, "withdrawals.decide"), input(Withdrawals), async (c) => {
      const { state, ...page } = c.var.input
      const found = await revealWithdrawals(app, c.var.actor, state, page)
      return ok({ withdrawals: found.map(operatorRow(app)) })
    })
    .post("/admin/withdrawals/approve", operator(app, "withdrawals.decide"), input(Approve), async (c) =>
      ok(outcome(await approve(app, c.var.actor, c.var.input.id))),
    )
    .post("/admin/withdrawals/reject", operator(app, "withdrawals.decide"), input(Reject), async (c) =>
      ok(outcome(await reject(app, c.var.actor, c.var.input.id, c.var.input.why))),
    )
    .get("/admin/items", operator(app, "catalog.edit"), input(Items), async (c) =>
      ok({ items: (await itemsOf(app.db.read, c.var.input)).map(stockRow) }),
    )
    .post("/admin/items/add", operator(app, "catalog.edit"), input(AddItem), async (c) => {
      const { on_sale: onSale, ...item } = c.var.input
      return ok({ item: stockRow(await addItem(app, c.var.actor, { ...item, onSale })) })
    })
    .post("/admin/items/change", operator(app, "catalog.edit"), input(ChangeItem), async (c) => {
      const { id, on_sale: onSale, ...change } = c.var.input
      return ok({ item: stockRow(await changeItem(app, c.var.actor, id, { ...change, onSale })) })
    })
