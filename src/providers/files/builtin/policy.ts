import { z } from "zod"
import { isSameSecret } from "../../../secret.ts"
import { type QiniuKeys, qiniuName, qiniuSign } from "../../media/qiniu_sign.ts"
import { type FileKind, fileKinds } from "../index.ts"
import { UploadFault } from "./reply.ts"
import { fill, type Variables } from "./variables.ts"

const flag = z.int().optional()

/** What a token allows, in Qiniu's words; further ones, such as where to call back, mean nothing here. */
const Policy = z.object({
  scope: z.string().min(1),
  /** Seconds since 1970; looked at when the upload is complete. */
  deadline: z.int(),
  insertOnly: flag,
  isPrefixalScope: flag,
  saveKey: z.string().optional(),
  forceSaveKey: z.boolean().optional(),
  fsizeMin: z.int().optional(),
  fsizeLimit: z.int().optional(),
  mimeLimit: z.string().optional(),
  detectMime: flag,
  returnBody: z.string().optional(),
  endUser: z.string().optional(),
})

export type Policy = z.output<typeof Policy>

/** The longest token read, in characters; Qiniu's own are some hundreds. */
const tokenMax = 8_192

/** `AK:SIGN:POLICY`, as Qiniu's SDKs take it apart. */
export function writeToken({ accessKey, secretKey }: QiniuKeys, policy: Policy): string {
  const encoded = qiniuName(JSON.stringify(policy))
  return `${accessKey}:${qiniuSign(secretKey, encoded)}:${encoded}`
}

/** @throws {UploadFault} 401 for a token that is not ours or is over */
export function readToken({ accessKey, secretKey }: QiniuKeys, token: string, now: number): Policy {
  const [key = "", sign = "", encoded = "", ...more] = token.slice(0, tokenMax + 1).split(":")
  const isOurs = token.length <= tokenMax && more.length === 0 && isSameSecret(key, accessKey)
  if (!isOurs || !isSameSecret(sign, qiniuSign(secretKey, encoded))) throw new UploadFault(401, "bad token")
  const policy = Policy.safeParse(JSON.parse(Buffer.from(encoded, "base64url").toString()))
  if (!policy.success) throw new UploadFault(401, "bad token")
  assertInTime(policy.data, now)
  return policy.data
}

/** @throws {UploadFault} 401 */
export function assertInTime({ deadline }: Policy, now: number): void {
  if (deadline * 1_000 <= now) throw new UploadFault(401, "expired token")
}

/** Whose uploads these are. */
export const ownerOf = ({ endUser, scope }: Policy): string =>
  endUser === undefined ? `scope ${scope}` : `user ${endUser}`

const scopeOf = ({ scope }: Policy) => {
  const [bucket = "", ...key] = scope.split(":")
  return { bucket, key: key.length > 0 ? key.join(":") : undefined }
}

/** @throws {UploadFault} 403 for a bucket that is none of ours, or not the token's */
export function bucketOf(policy: Policy, given?: string): FileKind {
  const { bucket } = scopeOf(policy)
  const kind = fileKinds.find((one) => one === bucket)
  if (!kind || (given !== undefined && given !== bucket)) throw new UploadFault(403, "no such bucket")
  return kind
}

/**
 * The name a file gets: what the client says, else what the token's template makes, else its hash.
 *
 * @throws {UploadFault} 403 for a name that the token does not allow
 */
export function keyFor(policy: Policy, given: string | undefined, variables: Variables): string {
  const { key: wanted } = scopeOf(policy)
  const { saveKey, forceSaveKey, isPrefixalScope } = policy
  const made = saveKey === undefined ? undefined : fill(saveKey, variables, "plain")
  const key = (forceSaveKey ? made : undefined) ?? given ?? made ?? String(variables["etag"])
  const isAllowed = wanted === undefined || (isPrefixalScope ? key.startsWith(wanted) : key === wanted)
  if (!isAllowed) throw new UploadFault(403, "key doesn't match with scope")
  return key
}

/** @throws {UploadFault} 403 or 413 */
export function assertSize({ fsizeMin = 0, fsizeLimit }: Policy, bytes: number): void {
  if (fsizeLimit !== undefined && bytes > fsizeLimit) throw new UploadFault(413, "exceed FsizeLimit")
  if (bytes < fsizeMin) throw new UploadFault(403, "less than FsizeMin")
}

/**
 * @param type what the file is by its own bytes
 * @param claimed what the client says, which counts unless the token has it looked at
 * @throws {UploadFault} 403
 */
export function assertType({ mimeLimit, detectMime }: Policy, type: string, claimed: string | undefined): void {
  const isSaid = claimed !== undefined && claimed !== "" && claimed !== "application/octet-stream"
  const isSame = type === claimed?.replace("image/jpg", "image/jpeg").replace("image/heif", "image/heic")
  if (!detectMime && isSaid && !isSame) throw forbidden(claimed)
  if (mimeLimit === undefined) return
  const isNegative = mimeLimit.startsWith("!")
  const isListed = mimeLimit
    .replace(/^!/, "")
    .split(";")
    .some((one) => (one.endsWith("/*") ? type.startsWith(one.slice(0, -1)) : one === type))
  if (isListed === isNegative) throw forbidden(type)
}

const forbidden = (type: string) =>
  new UploadFault(403, `limited mimeType: this file type (${type.slice(0, 100)}) is forbidden to upload`)
