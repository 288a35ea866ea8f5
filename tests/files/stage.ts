import { readdirSync } from "node:fs"
import { join } from "node:path"
import qiniu from "qiniu"
import type { TestApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"

export interface Grant {
  token: string
  key: string
  url: string
}

/** What an app asks for before it uploads: 1 a face, 2 a cover. */
export async function asksToUpload(phone: Phone, uptype: 1 | 2 = 1): Promise<Grant> {
  const { token, key, url } = await phone.ok("GET", "/upfile/gen_7niu_token", { uptype, uid: phone.uid })
  return { token: String(token), key: String(key), url: String(url) }
}

/** Uploads as the SDKs do with a small file; `changes` replaces fields of the form, and undefined leaves one out. */
export async function uploads(
  app: TestApp,
  { token, key }: Pick<Grant, "token" | "key">,
  file: Uint8Array,
  changes: Record<string, string | undefined> = {},
) {
  const form = new FormData()
  for (const [name, value] of Object.entries({ token, key, ...changes }))
    if (value !== undefined) form.append(name, value)
  form.append("file", new Blob([new Uint8Array(file)], { type: "application/octet-stream" }), "picture")
  return replyOf(await fetch(`${app.url}/`, { method: "POST", body: form }))
}

export async function replyOf(response: Response) {
  const text = await response.text()
  const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>
  return { status: response.status, body, headers: response.headers }
}

/** A call of the resumable uploads. */
export async function calls(
  app: TestApp,
  token: string,
  method: string,
  path: string,
  body?: Uint8Array | string,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: { Authorization: `UpToken ${token}`, ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : new Uint8Array(body) }),
  })
  return replyOf(response)
}

/** Pictures' addresses have the port that was asked for, which was any. */
export const atApp = (app: TestApp, address: unknown) => `${app.url}${new URL(String(address)).pathname}`

export const pictureOf = async (phone: Phone): Promise<string> =>
  String(((await phone.ok("GET", "/user/refresh_info"))["user"] as { Image: string }).Image)

/** What Qiniu's own package needs to know to upload to this server. */
export function sdkConfig(app: TestApp) {
  const up = [new qiniu.httpc.Endpoint(new URL(app.url).host)]
  const region = new qiniu.httpc.Region({ regionId: "z0", services: { up } })
  return new qiniu.conf.Config({
    useHttpsDomain: false,
    regionsProvider: new qiniu.httpc.StaticRegionsProvider([region]),
  })
}

export const filesDir = (app: TestApp) => join(app.running.app.config.dataDir, "files")

/** The names of everything that is kept for good. */
export const keptFiles = (dir: string) => namesBelow(join(dir, "kept"))

/** What waits for the rest of its file, or was left over. */
export const pendingFiles = (dir: string) => namesBelow(join(dir, "pending"))

function namesBelow(dir: string): string[] {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [entry.name] : [],
    )
  } catch {
    return []
  }
}

/** URL-safe Base64, as Qiniu writes names in paths. */
export const encoded = (text: string) => Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("/", "_")
