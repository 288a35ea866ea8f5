import { z } from "zod"
import { isSameSecret } from "../../secret.ts"
import { isQiniuSigned, type QiniuKeys, qiniuSign } from "../media/qiniu_sign.ts"
import { type FileKind, type FilesCallback, fileKinds, type KeptFile } from "./index.ts"

const form = "application/x-www-form-urlencoded"
/** How long after a token's end its upload may be told of, in seconds: large files take their time. */
const lateness = 3_600

/** What Qiniu is asked to say of an upload; what it fills in comes escaped. */
export const callbackBody = (kind: FileKind, deadline: number): string =>
  [
    `kind=${kind}&deadline=${deadline}`,
    "key=$(key)&hash=$(etag)&fsize=$(fsize)&mimeType=$(mimeType)",
    "width=$(imageInfo.width)&height=$(imageInfo.height)",
  ].join("&")

/** A length is unknown of what Qiniu cannot decode. */
const length = z
  .string()
  .regex(/^(\d{0,7}|null)$/)
  .transform((text) => Number(text) || 0)

const Said = z.object({
  kind: z.enum(fileKinds),
  deadline: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
  key: z.string().min(1),
  hash: z.string().regex(/^[\w-]{28}$/),
  fsize: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
  mimeType: z.string().min(1),
  width: length,
  height: length,
})

export type Reading = { file: KeptFile } | { refused: 400 | 401; why: string }

interface Ground extends QiniuKeys {
  publicUrl: string
  now(): number
}

/**
 * Reads Qiniu's word that a file has come. It must be signed, and a form: in its older scheme Qiniu signs no other body. One
 * that is heard long after its token's end is an old one that somebody has kept.
 */
export function readUploadCallback(callback: FilesCallback, ground: Ground): Reading {
  const contentType = callback.headers.get("content-type") ?? ""
  if (callback.method !== "POST" || contentType.split(";")[0]?.trim().toLowerCase() !== form)
    return refuse(400, "no form")
  if (!isSigned(callback, ground)) return refuse(401, "not signed by Qiniu")
  const values = new URLSearchParams(new TextDecoder().decode(callback.body))
  const isTwofold = [...values.keys()].some((name) => values.getAll(name).length > 1)
  const said = Said.safeParse(Object.fromEntries(values))
  if (isTwofold || !said.success) return refuse(400, "malformed")
  const { kind, deadline, key, hash, fsize, mimeType, width, height } = said.data
  if ((deadline + lateness) * 1_000 <= ground.now()) return refuse(401, "too late")
  return { file: { kind, key, etag: hash, content: "", type: mimeType, bytes: fsize, width, height } }
}

const refuse = (refused: 400 | 401, why: string) => ({ refused, why })

/** By either of Qiniu's schemes, over the address as it came here or as Qiniu has it. */
function isSigned({ method, target, headers, body }: FilesCallback, { publicUrl, ...keys }: Ground): boolean {
  const { host, pathname } = new URL(publicUrl)
  const contentType = headers.get("content-type") ?? undefined
  const authorization = headers.get("authorization") ?? ""
  const heard = [
    { host: headers.get("host") ?? "", target },
    { host, target: pathname.replace(/\/$/, "") + target },
  ]
  return heard.some(
    (place) =>
      isQiniuSigned(keys, authorization, { method, ...place, contentType, headers, body }) ||
      isSameSecret(authorization, qboxAuthorization(keys, place.target, body)),
  )
}

/** The older scheme, over the path, the query and a form's body. */
export const qboxAuthorization = (
  { accessKey, secretKey }: QiniuKeys,
  target: string,
  body: string | Uint8Array,
): string => `QBox ${accessKey}:${qiniuSign(secretKey, `${target}\n`, body)}`
