import { type Context, Hono } from "hono"
import type { App } from "../app.ts"
import type { FileKind } from "../providers/files/index.ts"
import { refuse } from "../refusal.ts"
import { addressOf } from "../wire/client_ip.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { bodyMax, params, readBody } from "../wire/params.ts"
import { acting, actorOf } from "../wire/session.ts"
import { readUpload } from "./form.ts"
import { keepPicture } from "./keep.ts"
import { newKey } from "./key.ts"
import { fileNamed, filesListener } from "./picture.ts"
import { GenToken, kindOf, placesConfig, uploadGrant } from "./wire.ts"

export const fileRoutes = (app: App) => {
  const receive = async (c: Context<Wire>, field: string, kind: FileKind): Promise<string> => {
    const authorization = c.req.header("authorization")
    if (!/^multipart\/form-data\b/i.test(c.req.header("content-type") ?? "")) {
      await actorOf(app, await params(c.req), authorization)
      refuse("file.missing", { message: `The parameter "${field}" must be an image's file in a multipart form.` })
    }
    await using form = await readUpload(app.files, c.req.raw, field, addressOf(app.config, c))
    const { user } = await actorOf(app, { ...c.req.query(), ...form.fields }, authorization)
    const { file } = form
    if (!file) refuse("file.missing", { message: `The parameter "${field}" must be an image's file.` })
    // Not before it is done is the file removed.
    return await keepPicture(app, () => Bun.file(file.path).bytes(), { userId: user.id, kind })
  }
  return new Hono<Wire>()
    .get("/qi_niu_config", () => ok(placesConfig(app.files.current)))
    .get("/upfile/gen_7niu_token", acting(app), input(GenToken), async (c) => {
      const { id } = c.var.session.user
      const kind = kindOf(c.var.input.uptype)
      const file = { kind, key: newKey(kind, id) }
      const { current } = app.files
      return ok(uploadGrant(current, file, await current.uploadToken(file, id)))
    })
    .post("/user/upload_image", async (c) => ok({ file: await receive(c, "file", "face") }))
    .post("/room/upload_cover", async (c) => ok({ file: await receive(c, "cover", "cover") }))
}

/** Where pictures are shown, and where Qiniu's SDKs and Qiniu call. Who uploads proves it by a token or a signature. */
export const storageRoutes = (app: App) => {
  const { builtin, current } = app.files
  const routes = new Hono<Wire>().get("/files/:key", async (c) => {
    const file = await fileNamed(app.db.read, c.req.param("key"))
    const isOurs = file?.provider === builtin.name
    return (isOurs && (await builtin.view(file, c.req.raw))) || refuse("server.no_such_path")
  })
  const { notify } = current
  if (notify) {
    routes.all("/upfile/qiniu_callback", async (c) => {
      const { method, url, headers } = c.req.raw
      const { pathname, search } = new URL(url)
      const body = await readBody(c.req.raw, bodyMax)
      return notify({ method, target: pathname + search, headers, body }, filesListener(app, current.name))
    })
  }
  if (current !== builtin) return routes
  const listener = filesListener(app, builtin.name)
  const upload = async (c: Context<Wire>) =>
    (await builtin.upload(c.req.raw, addressOf(app.config, c), listener)) ?? refuse("server.no_such_path")
  // With a method named these would be the contract's addresses, which answer in another way.
  for (const path of [
    "/mkblk/*",
    "/bput/*",
    "/mkfile/*",
    "/buckets/*",
    "/log/*",
    "/v1/sdk/*",
    "/v2/query",
    "/v4/query",
  ]) {
    routes.all(path, upload)
  }
  return routes.all("/", async (c, next) => (["POST", "OPTIONS"].includes(c.req.method) ? upload(c) : next()))
}
