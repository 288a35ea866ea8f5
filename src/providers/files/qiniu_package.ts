import { crc32 } from "node:zlib"
import type { QiniuKeys } from "../media/qiniu_sign.ts"
import { FilesUnavailable } from "./index.ts"

/** Qiniu's own package, loaded when it is first needed: it is larger than all the rest of this server. */
const load = async () => (await import("qiniu")).default

interface Policy {
  scope: string
  /** Seconds from now. */
  expires: number
  [further: string]: string | number
}

/** An upload token, signed. */
export async function tokenFor({ accessKey, secretKey }: QiniuKeys, policy: Policy): Promise<string> {
  const { auth, rs } = await load()
  return new rs.PutPolicy(policy).uploadToken(new auth.digest.Mac(accessKey, secretKey))
}

export interface Sending {
  token: string
  key: string
  bytes: Uint8Array
  type: string
  /** The host to upload to, such as `https://upload.qiniup.com`; without it Qiniu is asked. */
  upUrl: string | undefined
  /** In milliseconds. */
  timeout: number
}

/** Uploads a file to Qiniu. @throws {FilesUnavailable} for anything but its success */
export async function send(sending: Sending): Promise<void> {
  const status = await put(sending).catch((error) => {
    throw new FilesUnavailable(`Qiniu cannot be reached: ${error instanceof Error ? error.message : error}`)
  })
  if (status !== 200) throw new FilesUnavailable(`Qiniu answered ${status}`)
}

async function put({ token, key, bytes, type, upUrl, timeout }: Sending): Promise<number> {
  const { conf, form_up, httpc } = await load()
  const config = new conf.Config({ useHttpsDomain: !upUrl?.startsWith("http://") })
  if (upUrl !== undefined) {
    const up = [new httpc.Endpoint(upUrl.replace(/^https?:\/\//, ""))]
    config.regionsProvider = new httpc.StaticRegionsProvider([new httpc.Region({ regionId: "z0", services: { up } })])
  }
  // Otherwise the package works the checksum out itself, a byte at a time.
  const extra = new form_up.PutExtra(key, {}, type, String(crc32(bytes)))
  const answered = new form_up.FormUploader(config).put(token, key, Buffer.from(bytes), extra)
  const { resp } = await inTime(answered, timeout)
  return resp.statusCode ?? 0
}

async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`Qiniu did not answer in ${milliseconds} ms`)), milliseconds)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
