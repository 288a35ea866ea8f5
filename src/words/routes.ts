import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { operator } from "../wire/operator.ts"
import { AllowWord, ForbidWords, Words, wordRow } from "./wire.ts"
import { allowWord, forbiddenWords, forbidWords } from "./word.ts"

export const wordRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/admin/words", operator(app, "words.edit"), input(Words), async (c) =>
      ok({ words: (await forbiddenWords(app.db.read, c.var.input)).map(wordRow) }),
    )
    .post("/admin/words/forbid", operator(app, "words.edit"), input(ForbidWords), async (c) =>
      ok({ words: (await forbidWords(app, c.var.actor, c.var.input.words)).map(wordRow) }),
    )
    .post("/admin/words/allow", operator(app, "words.edit"), input(AllowWord), async (c) => {
      await allowWord(app, c.var.actor, c.var.input.id)
      return ok()
    })
