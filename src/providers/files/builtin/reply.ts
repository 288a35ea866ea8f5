import { randomBytes } from "node:crypto"

/**
 * Why an upload is refused: one of Qiniu's statuses and the text that goes with it. Those above 599 cannot be sent from
 * here (Bun has no such status); others stand for them, chosen by what Qiniu's SDKs make of each (Android and iOS 7 and 8,
 * JS 3.4, Node 7.15, Go 7):
 *
 * - 612 `no such uploadId` and 701 (a block that is gone) are **400**. JS forgets the upload it remembers, as at 612, so that
 *   the next attempt begins anew. Node and Go give up at any 4xx. Android and iOS give up as well, or begin anew in another
 *   region if they know one; at 701 they would begin anew here. So that they never come to ask for what is gone, pieces
 *   outlive restarts and every token, and end when the apps were told they would.
 * - 614 `file exists` is **409**: like 614 it is final for all of them. No name is given out twice here, so that only an upload
 *   of two pictures by one token comes to it.
 * - 631 `no such bucket` is **403**, like any other scope that is not the token's.
 *
 * 503 and 599 (Qiniu's word for a failure of its own) are tried again by JS, and by the others at a second host if they know
 * one; 406 by all but Node and Go.
 */
export class UploadFault extends Error {
  override readonly name = "UploadFault"

  constructor(
    readonly status: 400 | 401 | 403 | 405 | 406 | 409 | 413 | 503 | 599,
    message: string,
  ) {
    super(message)
  }
}

/** Who uploads from a browser may be anywhere, and needs to read the number of the request. */
export const openHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "X-Reqid,X-Log",
}

/** Every answer has a number: without one Qiniu's apps take it for somebody else's, and a success for a forgery. */
export function uploadReply(body: unknown, status = 200, more: Record<string, string> = {}): Response {
  const headers = {
    ...openHeaders,
    "X-Reqid": randomBytes(9).toString("base64url"),
    "Cache-Control": "no-store",
    ...more,
  }
  if (body === undefined) return new Response(null, { status, headers })
  return Response.json(body, { status, headers })
}

/** What a browser asks before it uploads. */
export const preflightReply = () =>
  uploadReply(undefined, 204, {
    "Access-Control-Allow-Methods": "GET,POST,PUT,DELETE,OPTIONS",
    "Access-Control-Allow-Headers": "authorization,content-type,content-md5,x-reqid",
    "Access-Control-Max-Age": "86400",
  })
