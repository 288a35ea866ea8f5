import { Hono, type HonoRequest } from "hono"
import type { App } from "../app.ts"
import { publicUrlOf } from "../config.ts"
import { claimRequest } from "../db/replay.ts"
import type { Callback } from "../providers/pay/index.ts"
import { refuse } from "../refusal.ts"
import { addressOf } from "../wire/client_ip.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { readBody } from "../wire/params.ts"
import { requestKey } from "../wire/request_key.ts"
import { acting, signedIn } from "../wire/session.ts"
import { takeAppleNotice, takeReceipt } from "./apple.ts"
import { diamondsLeft } from "./ask.ts"
import { type GoogleProof, openGoogleOrder, takeGoogleNotice, takePlayPurchase } from "./google.ts"
import { shopOf } from "./pack.ts"
import type { Platform } from "./tables.ts"
import { prepay, takeWeixinNotice, weixinNoticePath } from "./weixin.ts"
import { ApplePay, GooglePay, googleObject, shopObject, WeixinPrepay, weixinObject } from "./wire.ts"

/** The longest notice of a vendor, in bytes. */
const noticeMax = 256 * 1024

export const paymentRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/pay/pay_config_android", signedIn(app), async (c) => ok(await shop(app, "android", c.var.session.user.id)))
    .get("/pay/pay_config_ios", signedIn(app), async (c) => ok(await shop(app, "ios", c.var.session.user.id)))
    .post("/pay/weixin_prepay", acting(app), input(WeixinPrepay), async (c) => {
      const { id } = c.var.session.user
      const ip = addressOf(app.config, c)
      const publicUrl = publicUrlOf(app.config)
      const call = await prepay(app, { userId: id, asked: c.var.input.itemid, ip, publicUrl })
      return ok({ weixin: weixinObject(call) })
    })
    .post("/pay/apple_pay", acting(app), input(ApplePay), async (c) => {
      const { user } = c.var.session
      await claimRequest(app, await requestKey(c, user.id))
      return ok({ diamond: await takeReceipt(app, user, c.var.input.receipt) })
    })
    .post("/pay/google_pay", acting(app), input(GooglePay), async (c) => {
      const { user } = c.var.session
      const { productId } = c.var.input
      const proof = proofIn(c.var.input)
      await claimRequest(app, await requestKey(c, user.id))
      if (proof) {
        const diamond = await takePlayPurchase(app, user, proof)
        return ok({ weixin: { Noncestr: "", Prepayid: "", Timestamp: "", Sign: "" }, diamond })
      }
      const order = await openGoogleOrder(app, user.id, productId ?? missing("productId"))
      return ok({ weixin: googleObject(order), diamond: await diamondsLeft(app, user.id) })
    })
    .post(weixinNoticePath, async (c) => takeWeixinNotice(app, await callbackOf(c.req)))
    .post("/pay/apple_notify", async (c) => takeAppleNotice(app, await callbackOf(c.req)))
    .post("/pay/google_notify/:secret", async (c) =>
      takeGoogleNotice(app, await callbackOf(c.req), c.req.param("secret")),
    )

async function shop(app: App, platform: Platform, userId: number) {
  return shopObject(await shopOf(app.db.read, platform), await diamondsLeft(app, userId))
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
