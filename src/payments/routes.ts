import { Hono, type HonoRequest } from "hono"
import type { App } from "../app.ts"
import { publicUrlOf } from "../config.ts"
import { onceAnswered } from "../db/replay.ts"
import { type Callback, PayRefused, PayUnavailable } from "../providers/pay/index.ts"
import { Refusal, refuse } from "../refusal.ts"
import { addressOf } from "../wire/client_ip.ts"
import type { Wire } from "../wire/context.ts"
import { ok, refused } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { assertOneFilter } from "../wire/one_filter.ts"
import { operator } from "../wire/operator.ts"
import { readBody } from "../wire/params.ts"
import { requestKey } from "../wire/request_key.ts"
import { acting, signedIn } from "../wire/session.ts"
import { takeAppleNotice, takeReceipt } from "./apple.ts"
import { askAbout, ordersOf, refundByHand } from "./desk.ts"
import { type GoogleProof, openGoogleOrder, takeGoogleNotice, takePlayPurchase } from "./google.ts"
import { addPack, changePack, packsOf, shopOf } from "./pack.ts"
import { prepay, takeWeixinNotice, weixinNoticePath } from "./weixin.ts"
import {
  AddPack,
  ApplePay,
  AskAbout,
  ChangePack,
  GooglePay,
  googleObject,
  noOrder,
  Orders,
  orderEntryRow,
  orderRow,
  Packs,
  Refund,
  shelfRow,
  shopObject,
  WeixinPrepay,
  weixinObject,
} from "./wire.ts"

/** The longest notice of a vendor, in bytes. */
const noticeMax = 256 * 1024

export const paymentRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/pay/pay_config_android", signedIn(app), async (c) =>
      ok(shopObject(await shopOf(app.db.read, "android", c.var.session.user.id))),
    )
    .get("/pay/pay_config_ios", signedIn(app), async (c) =>
      ok(shopObject(await shopOf(app.db.read, "ios", c.var.session.user.id))),
    )
    .post("/pay/weixin_prepay", acting(app), input(WeixinPrepay), async (c) => {
      const { id } = c.var.session.user
      const ip = addressOf(app.config, c)
      const publicUrl = publicUrlOf(app.config)
      const call = await prepay(app, { userId: id, asked: c.var.input.itemid, ip, publicUrl })
      return ok({ weixin: weixinObject(call) })
    })
    .post("/pay/apple_pay", acting(app), input(ApplePay), async (c) => {
      const { user } = c.var.session
      const request = await requestKey(c, user.id)
      const diamond = await onceAnswered(app, request, () => takeReceipt(app, user, c.var.input.receipt))
      return ok({ diamond })
    })
    .post("/pay/google_pay", acting(app), input(GooglePay), async (c) => {
      const { user } = c.var.session
      const { productId } = c.var.input
      const proof = proofIn(c.var.input)
      const request = await requestKey(c, user.id)
      if (proof) {
        const diamond = await onceAnswered(app, request, () => takePlayPurchase(app, user, proof))
        return ok({ weixin: noOrder, diamond })
      }
      const order = await openGoogleOrder(app, user.id, productId ?? missing("productId"), request)
      return ok({ weixin: googleObject(order), diamond: order.diamonds })
    })
    .post(weixinNoticePath, (c) => {
      const { weixin } = app.pay
      const told = (callback: Callback) => takeWeixinNotice(app, weixin ?? unconfigured(), callback)
      return answerNotice(app, "weixin", c.req, told, () => weixin?.answerNotice("refused"))
    })
    .post("/pay/apple_notify", (c) =>
      answerNotice(app, "apple", c.req, (callback) => takeAppleNotice(app, app.pay.apple ?? unconfigured(), callback)),
    )
    .post("/pay/google_notify/:secret", (c) =>
      answerNotice(app, "google", c.req, (callback) =>
        takeGoogleNotice(app, app.pay.google ?? unconfigured(), callback, c.req.param("secret")),
      ),
    )
    .get("/admin/orders", operator(app, "orders.see"), input(Orders), async (c) => {
      const { oid, state, number, ...page } = c.var.input
      assertOneFilter({ oid, state, number })
      const found = await ordersOf(app, { userId: oid, state, number }, page)
      return ok({ orders: found.map(orderEntryRow(app)) })
    })
    .post("/admin/orders/ask", operator(app, "orders.see"), input(AskAbout), async (c) =>
      ok({ order: orderRow(app)(await askAbout(app, c.var.actor, c.var.input.id)) }),
    )
    .post("/admin/orders/refund", operator(app, "orders.refund"), input(Refund), async (c) => {
      const { id, why } = c.var.input
      return ok({ order: orderRow(app)(await refundByHand(app, c.var.actor, id, why)) })
    })
    .get("/admin/packs", operator(app, "catalog.edit"), input(Packs), async (c) =>
      ok({ packs: (await packsOf(app.db.read, c.var.input)).map(shelfRow) }),
    )
    .post("/admin/packs/add", operator(app, "catalog.edit"), input(AddPack), async (c) => {
      const { item_id: itemId, on_sale: onSale, ...pack } = c.var.input
      return ok({ pack: shelfRow(await addPack(app, c.var.actor, { ...pack, itemId, onSale })) })
    })
    .post("/admin/packs/change", operator(app, "catalog.edit"), input(ChangePack), async (c) => {
      const { id, on_sale: onSale, ...change } = c.var.input
      return ok({ pack: shelfRow(await changePack(app, c.var.actor, id, { ...change, onSale })) })
    })

/**
 * Answers a vendor's notice so that it is repeated where that helps: what is forged is refused for good (401, or in the
 * vendor's own words), and whatever goes wrong on our side is told again later (503).
 */
async function answerNotice(
  app: App,
  provider: string,
  request: HonoRequest,
  take: (callback: Callback) => Promise<Response>,
  inItsWords: () => Response | undefined = () => undefined,
): Promise<Response> {
  try {
    return await take(await callbackOf(request))
  } catch (error) {
    if (error instanceof Refusal && error.reason.startsWith("input.")) return refused(error)
    const isKnown = error instanceof PayRefused || error instanceof PayUnavailable || error instanceof Refusal
    app.log[isKnown ? "warn" : "error"]("payment notice not taken", { provider, error })
    if (!(error instanceof PayRefused)) return refused(new Refusal("server.busy"))
    return inItsWords() ?? Response.json({ ErrCode: 29, ErrMsg: "This notice is not the provider's." }, { status: 401 })
  }
}

function unconfigured(): never {
  refuse("provider.unavailable")
}

interface Given {
  productId?: string | undefined
  purchase_data?: string | undefined
  signature?: string | undefined
  purchase_token?: string | undefined
}

/** What proves a purchase that was made already; without it the call opens an order. */
function proofIn({ productId, purchase_data, signature, purchase_token }: Given): GoogleProof | undefined {
  if (purchase_data !== undefined) return { data: purchase_data, signature: signature ?? missing("signature") }
  if (purchase_token === undefined) return undefined
  return { token: purchase_token, productId: productId ?? missing("productId") }
}

function missing(name: string): never {
  refuse("input.invalid", { message: `The parameter "${name}" is missing.` })
}

/** Signatures are over the bytes, so they are kept as they came. */
async function callbackOf(request: HonoRequest): Promise<Callback> {
  return { headers: request.raw.headers, body: await readBody(request.raw, noticeMax) }
}
