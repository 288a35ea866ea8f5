import { ask, trouble } from "../../fetching/ask.ts"
import { imageTypes } from "../../images/format.ts"
import { readImage } from "../../images/image.ts"
import { type QiniuKeys, qiniuAuthorization, qiniuName } from "../media/qiniu_sign.ts"
import { etagOf } from "./etag.ts"
import type { FileKind, FilesCallback, FilesListener, FilesProvider } from "./index.ts"
import { callbackBody, readUploadCallback } from "./qiniu_callback.ts"
import { send, tokenFor } from "./qiniu_package.ts"
import { createTurns, picturesAtOnce } from "./turns.ts"

/** How long a token lives, in seconds. */
const tokenTtl = 3_600
/** How long this server may take to upload a picture, in milliseconds. */
const sendTimeout = 60_000
/** What Qiniu answers of a file that is not there. */
const unknown = 612
const form = "application/x-www-form-urlencoded"

export interface QiniuFilesOptions extends QiniuKeys {
  /** The bucket and the base address of each kind of picture. */
  buckets: Record<FileKind, { bucket: string; url: string }>
  /** `https://rs.qiniuapi.com` */
  rsUrl: string
  /** Where this server uploads to; without it Qiniu is asked. */
  upUrl: string | undefined
  /** How Qiniu reaches this server, without a slash at the end. */
  publicUrl: string
  bytesMax: number
  pixelsMax: number
  /** How long Qiniu may take for an answer, in milliseconds. */
  timeout: number
  /** Milliseconds since 1970. */
  now(): number
}

/**
 * Kodo, Qiniu's storage: phones upload there, and Qiniu calls back. What a phone uploads is kept as it came, with the notes
 * of the camera: an app that does not take them out before should have Qiniu do it (`imageMogr2/strip`), by a style of the
 * bucket's domain.
 */
export function qiniuFiles(options: QiniuFilesOptions): FilesProvider {
  const { buckets, rsUrl, upUrl, publicUrl, bytesMax, pixelsMax, timeout, now } = options
  const inTurn = createTurns(picturesAtOnce)
  const call = async (target: string) => {
    const asked = { method: "POST", host: new URL(rsUrl).host, target, contentType: form }
    const headers = { Authorization: qiniuAuthorization(options, asked), "Content-Type": form }
    const { status } = await ask("Qiniu", `${rsUrl}${target}`, { method: "POST", headers }, timeout)
    if (status !== 200 && status !== unknown) throw new Error(`Qiniu answered ${status}`)
  }
  return {
    name: "qiniu",
    uploadUrl: undefined,
    uploadToken: ({ kind, key }, userId) =>
      tokenFor(options, {
        scope: `${buckets[kind].bucket}:${key}`,
        expires: tokenTtl,
        insertOnly: 1,
        fsizeLimit: bytesMax,
        fsizeMin: 1,
        detectMime: 1,
        mimeLimit: imageTypes.join(";"),
        endUser: String(userId),
        callbackUrl: `${publicUrl}/upfile/qiniu_callback`,
        callbackBodyType: form,
        callbackBody: callbackBody(kind, Math.floor(now() / 1_000) + tokenTtl),
      }),
    placeOf: (kind) => buckets[kind].url.replace(/^https?:\/\//, ""),
    addressOf: ({ kind, key }) => `${buckets[kind].url}/${key}`,
    put: (file, read, listener) =>
      inTurn(async () => {
        const { bytes, ...image } = readImage(await read(), { pixelsMax })
        const scope = `${buckets[file.kind].bucket}:${file.key}`
        const token = await tokenFor(options, { scope, expires: tokenTtl, insertOnly: 1 })
        await send({ token, key: file.key, bytes, type: image.type, upUrl, timeout: sendTimeout })
        return listener.arrived({ ...file, ...image, etag: etagOf(bytes), content: "", bytes: bytes.length })
      }),
    async remove({ kind, key }, isWanted) {
      if (await isWanted()) return
      await call(`/delete/${qiniuName(`${buckets[kind].bucket}:${key}`)}`)
    },
    notify: (callback, listener) => heard(options, callback, listener),
    check: () => trouble(call(`/stat/${qiniuName(`${buckets.face.bucket}:mili`)}`)),
  }
}

async function heard(options: QiniuFilesOptions, callback: FilesCallback, listener: FilesListener): Promise<Response> {
  const reading = readUploadCallback(callback, options)
  if ("refused" in reading) return Response.json({ error: reading.why }, { status: reading.refused })
  const { file } = reading
  if (file.width * file.height > options.pixelsMax) {
    await listener.unwanted(file)
    return Response.json({ error: "the image has too many pixels" }, { status: 403 })
  }
  const outcome = await listener.arrived(file)
  if (outcome === "kept") return Response.json({ key: file.key, hash: file.etag })
  return Response.json({ error: outcome === "exists" ? "file exists" : "forbidden" }, { status: 403 })
}
