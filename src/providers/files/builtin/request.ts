import type { QiniuKeys } from "../../media/qiniu_sign.ts"
import type { Intake } from "../intake.ts"
import type { Finisher } from "./finish.ts"
import type { Pieces } from "./pieces.ts"
import { type Policy, readToken } from "./policy.ts"
import type { Recent } from "./recent.ts"
import { UploadFault } from "./reply.ts"

/** What the ways of uploading stand on. */
export interface Ground {
  keys: QiniuKeys
  intake: Intake
  pieces: Pieces
  finisher: Finisher
  recent: Recent
  /** The longest file. */
  bytesMax: number
  /** How the world reaches this server's HTTP, without a slash at the end. */
  publicUrl: string
  /** Milliseconds since 1970. */
  now(): number
}

/** What a request's `Authorization: UpToken …` allows. @throws {UploadFault} 401 */
export function policyOf(request: Request, { keys, now }: Pick<Ground, "keys" | "now">): Policy {
  const [, token] = /^UpToken (\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? []
  if (token === undefined) throw new UploadFault(401, "bad token")
  return readToken(keys, token, now())
}

/** A request's body where it is a short text. @throws {UploadFault} 413 */
export async function textOf(request: Request, most: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > most) throw new UploadFault(413, "the request is too long")
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** A whole number in a path. @throws {UploadFault} 400 */
export function numberIn(segment: string | undefined, least: number, most: number): number {
  const number = Number(segment)
  if (!/^\d{1,15}$/.test(segment ?? "") || number < least || number > most)
    throw new UploadFault(400, "invalid argument")
  return number
}

/** A text in a path, in Base64 with `-` and `_`. */
export const textIn = (segment: string): string => Buffer.from(segment, "base64url").toString()
