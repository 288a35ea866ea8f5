import type { App } from "../app.ts"
import type { Job } from "../jobs/runner.ts"
import { followUpApple } from "./apple.ts"
import { followUpGoogle } from "./google.ts"
import { forgetOldNotices } from "./store.ts"
import { followUpWeixin } from "./weixin.ts"

const minute = 60_000

export const paymentJobs = (app: App): Job[] => [
  { name: "payments.follow_up_weixin", every: minute / 4, run: () => followUpWeixin(app) },
  { name: "payments.follow_up_apple", every: 15 * minute, run: () => followUpApple(app) },
  { name: "payments.follow_up_google", every: 15 * minute, run: () => followUpGoogle(app) },
  { name: "payments.forget_notices", every: 60 * minute, run: () => forgetOldNotices(app) },
]

/** What Play must hear after a purchase was credited. */
export const paymentHandlers = (app: Pick<App, "pay">) => ({
  "google.acknowledge": async ({ productId, token }: { productId: string; token: string }) => {
    await app.pay.google?.acknowledge(productId, token)
  },
})
