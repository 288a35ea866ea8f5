import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import qiniu from "qiniu"
import { qetag } from "../images.ts"
import { piliAuthorization, piliToken } from "./pili_sign.ts"

export interface KodoFile {
  bytes: Buffer
  type: string
}

/** Kodo, Qiniu's storage, as far as pictures need it. Tokens and calls are checked with Qiniu's own package. */
export interface FakeKodo extends AsyncDisposable {
  /** What points the server here. */
  env: Record<string, string>
  url: string
  /** By `bucket:key`. */
  files: Map<string, KodoFile>
  /** Every call but uploads, as `POST /delete/bucket:key`. */
  asked: string[]
  /** `broken` answers 599 to everything, `keeping` to all but uploads. */
  mood: "well" | "broken" | "keeping"
  /** The next callbacks' scheme; QBox is what Qiniu uses unless told. */
  scheme: "QBox" | "Qiniu"
  /** Where callbacks really go, when the server is up; the address in tokens is the public one. */
  server: string
  /** The callbacks sent so far, the newest last. */
  callbacks: Callback[]
  /** Sends one, as it is. */
  send(callback: Callback): Promise<Response>
  /** Signs one anew after it was changed. */
  signed(callback: Callback, secretKey?: string): Callback
}

export interface Callback {
  /** As the token has it. */
  url: string
  type: string
  body: string
  authorization: string
}

const keys = { accessKey: "kodo-ak", secretKey: "kodo-sk" }
const publicUrl = "https://live.example.com/mili"

interface Policy {
  scope: string
  deadline: number
  insertOnly?: number
  fsizeLimit?: number
  mimeLimit?: string
  endUser?: string
  callbackUrl?: string
  callbackBody?: string
  callbackBodyType?: string
}

export async function startFakeKodo(): Promise<FakeKodo> {
  const server = createServer((request, response) => {
    answer(kodo, request, response).catch((error) => reply(response, 599, { error: String(error) }))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const kodo: FakeKodo = {
    env: {
      FILES_PROVIDER: "qiniu",
      PUBLIC_URL: publicUrl,
      QINIU_ACCESS_KEY: keys.accessKey,
      QINIU_SECRET_KEY: keys.secretKey,
      QINIU_FACE_BUCKET: "faces",
      QINIU_FACE_DOMAIN: "face.example.com",
      QINIU_COVER_BUCKET: "covers",
      QINIU_COVER_DOMAIN: "https://cover.example.com",
      QINIU_RS_URL: url,
      QINIU_UP_URL: url,
    },
    url,
    files: new Map(),
    asked: [],
    mood: "well",
    scheme: "QBox",
    server: "",
    callbacks: [],
    send: ({ url: to, type, body, authorization }) =>
      // A proxy takes the folder away, and says another host.
      fetch(`${kodo.server}${to.slice(publicUrl.length)}`, {
        method: "POST",
        headers: { "Content-Type": type, Authorization: authorization },
        body,
      }),
    signed(callback, secretKey = keys.secretKey) {
      const { url: to, type, body } = callback
      const mac = new qiniu.auth.digest.Mac(keys.accessKey, secretKey)
      const authorization =
        kodo.scheme === "QBox"
          ? qiniu.util.generateAccessToken(mac, to, body)
          : qiniu.util.generateAccessTokenV2(mac, to, "POST", type, body)
      return { ...callback, authorization }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return kodo
}

async function answer(kodo: FakeKodo, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (kodo.mood === "broken") return reply(response, 599, { error: "server failure" })
  if (request.url === "/") return upload(kodo, request, body, response)
  if (kodo.mood === "keeping") return reply(response, 599, { error: "server failure" })
  const { method = "", url: target = "" } = request
  const [, verb, entry = ""] = target.split("/")
  const name = Buffer.from(entry.replaceAll("-", "+").replaceAll("_", "/"), "base64").toString()
  kodo.asked.push(`${method} /${verb}/${name}`)
  const contentType = request.headers["content-type"]
  const host = request.headers.host ?? ""
  const wanted = piliAuthorization(keys, { method, host, target, contentType, body: body.toString() })
  if (request.headers.authorization !== wanted) return reply(response, 401, { error: "bad token" })
  const file = kodo.files.get(name)
  if (!file) return reply(response, 612, { error: "no such file or directory" })
  if (verb === "delete") kodo.files.delete(name)
  reply(
    response,
    200,
    verb === "stat" ? { fsize: file.bytes.length, hash: qetag(file.bytes), mimeType: file.type } : {},
  )
}

async function upload(kodo: FakeKodo, request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  const headers = { "content-type": request.headers["content-type"] ?? "" }
  const form = await new Response(new Uint8Array(body), { headers }).formData()
  const policy = policyOf(String(form.get("token")))
  const file = form.get("file")
  if (!policy || !(file instanceof Blob)) return reply(response, 401, { error: "bad token" })
  const name = `${policy.scope.split(":")[0]}:${form.get("key")}`
  const bytes = Buffer.from(await file.bytes())
  const type = bytes.subarray(1, 4).toString() === "PNG" ? "image/png" : "image/jpeg"
  const known = kodo.files.get(name)
  if (policy.scope !== name) return reply(response, 403, { error: "key doesn't match with scope" })
  if (bytes.length > (policy.fsizeLimit ?? bytes.length)) return reply(response, 413, { error: "exceed FsizeLimit" })
  if (policy.mimeLimit && !policy.mimeLimit.split(";").includes(type)) return reply(response, 403, { error: "limited" })
  if (known && qetag(known.bytes) !== qetag(bytes)) return reply(response, 614, { error: "file exists" })
  kodo.files.set(name, { bytes, type })
  if (!policy.callbackUrl) return reply(response, 200, { hash: qetag(bytes), key: form.get("key") })
  const isPng = type === "image/png"
  const values: Record<string, string> = {
    key: String(form.get("key")),
    etag: qetag(bytes),
    fsize: String(bytes.length),
    mimeType: type,
    bucket: policy.scope.split(":")[0] ?? "",
    endUser: policy.endUser ?? "",
    "imageInfo.width": isPng ? String(bytes.readUInt32BE(16)) : "",
    "imageInfo.height": isPng ? String(bytes.readUInt32BE(20)) : "",
  }
  const said = (policy.callbackBody ?? "").replace(/\$\(([\w.]+)\)/g, (_, one) => encodeURIComponent(values[one] ?? ""))
  const callback = { url: policy.callbackUrl, type: policy.callbackBodyType ?? "", body: said, authorization: "" }
  kodo.callbacks.push(kodo.signed(callback))
  const heard = await kodo.send(kodo.callbacks.at(-1) ?? callback)
  if (heard.status !== 200) return reply(response, 579, { error: await heard.text() })
  reply(response, 200, (await heard.json()) as object)
}

function policyOf(token: string): Policy | undefined {
  const encoded = token.split(":")[2] ?? ""
  if (token !== `${piliToken(keys, encoded)}:${encoded}`) return undefined
  const policy = JSON.parse(Buffer.from(encoded.replaceAll("-", "+").replaceAll("_", "/"), "base64").toString())
  return policy.deadline > Date.now() / 1_000 ? policy : undefined
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json", "X-Reqid": "fake" })
  response.end(JSON.stringify(body))
}
