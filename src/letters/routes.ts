import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { createRateLimiter, type RateLimit } from "../wire/rate_limit.ts"
import { requestKey } from "../wire/request_key.ts"
import { acting, signedIn } from "../wire/session.ts"
import { conversationsOf, deleteConversation } from "./conversation.ts"
import { writeLetter } from "./letter.ts"
import { lettersOf, lettersWith } from "./reading.ts"
import { unreadOf } from "./unread.ts"
import { DelSession, LetterList, LetterOpen, LetterShow, letterRow, letterShown, WriteLetter } from "./wire.ts"

/** What one person may write: as much as a quick talk needs, and thirty letters a minute in the long run. */
const writing: RateLimit = { perSecond: 0.5, burst: 20 }

export const letterRoutes = (app: App) => {
  const limitLetters = app.config.rateLimits === "on" ? createRateLimiter(writing) : () => {}
  const row = letterRow(app)
  const shownTo = letterShown(app)
  return new Hono<Wire>()
    .post("/letter/write_letter", acting(app), input(WriteLetter), async (c) => {
      const { id } = c.var.session.user
      const { oid, msg } = c.var.input
      const request = await requestKey(c, id)
      limitLetters(String(id))
      await writeLetter(app, id, { receiverId: oid, text: msg, request })
      return ok()
    })
    .get("/letter/letter_list", signedIn(app), input(LetterList), async (c) => {
      const rows = await conversationsOf(app.db.read, c.var.session.user.id, c.var.input)
      return ok({ letter: rows.map(row) })
    })
    .get("/letter/letter_show", signedIn(app), input(LetterShow), async (c) => {
      const { id } = c.var.session.user
      const rows = await lettersWith(app, id, c.var.input.oid, c.var.input)
      return ok({ letter: rows.map(shownTo(id)) })
    })
    .get("/letter/letter_open", signedIn(app), input(LetterOpen), async (c) => {
      const { id } = c.var.session.user
      const rows = await lettersOf(app, id, c.var.input.session_id, c.var.input)
      return ok({ letter: rows.map(shownTo(id)) })
    })
    .get("/letter/letter_unread", signedIn(app), async (c) =>
      ok({ unread: await unreadOf(app.db.read, c.var.session.user.id) }),
    )
    .post("/letter/del_session", acting(app), input(DelSession), async (c) => {
      await deleteConversation(app, c.var.session.user.id, c.var.input.oid)
      return ok()
    })
}
