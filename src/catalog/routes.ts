import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { operator } from "../wire/operator.ts"
import { addNotice, changeNotice, noticesOf, sendNotice } from "./notice.ts"
import { announceRelease, newestRelease, releases, withdrawRelease } from "./release.ts"
import {
  AddNotice,
  AnnounceRelease,
  ChangeNotice,
  Notices,
  noticeRow,
  releaseObject,
  VersionUpdate,
  WithdrawRelease,
} from "./wire.ts"

export const catalogRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/version_update", input(VersionUpdate), async (c) => {
      const { platform, version } = c.var.input
      return ok(releaseObject(await newestRelease(app, platform, version)))
    })
    .get("/admin/releases", operator(app, "catalog.edit"), async () => {
      const known = await releases(app.db.read)
      return ok({ releases: known.map(({ platform, version, url, news }) => ({ platform, version, url, desc: news })) })
    })
    .post("/admin/releases/announce", operator(app, "catalog.edit"), input(AnnounceRelease), async (c) => {
      const { desc: news, ...release } = c.var.input
      await announceRelease(app, c.var.actor, { ...release, news })
      return ok()
    })
    .post("/admin/releases/withdraw", operator(app, "catalog.edit"), input(WithdrawRelease), async (c) => {
      await withdrawRelease(app, c.var.actor, c.var.input.platform)
      return ok()
    })
    .get("/admin/notices", operator(app, "notices.edit"), input(Notices), async (c) =>
      ok({ notices: (await noticesOf(app.db.read, c.var.input)).map(noticeRow(app)) }),
    )
    .post("/admin/notices/add", operator(app, "notices.edit"), input(AddNotice), async (c) => {
      const { text, on: isOn } = c.var.input
      return ok({ notice: noticeRow(app)(await addNotice(app, c.var.actor, { text, isOn })) })
    })
    .post("/admin/notices/change", operator(app, "notices.edit"), input(ChangeNotice), async (c) => {
      const { id, text, on: isOn } = c.var.input
      return ok({ notice: noticeRow(app)(await changeNotice(app, c.var.actor, id, { text, isOn })) })
    })
    // The document has it sent by a GET.
    .get("/admin/flush_notice", operator(app, "notices.edit"), async (c) => {
      await sendNotice(app, c.var.actor)
      return ok()
    })
