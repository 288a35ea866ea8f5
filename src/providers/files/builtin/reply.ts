import { randomBytes } from "node:crypto"

/**
 * Why an upload is refused: one of Qiniu's statuses and the text that goes with it. Those above 599 cannot be sent from
 * here (Bun has no such status), and were replaced by looking at what Qiniu's apps make of others (Android and iOS 7 and
 * 8, JS 3.4, Node 7.15, Go 7):
 *
 * - 612 `no such uploadId` and 701 (a block that is gone) are **400**. JS forgets the upload it remembers at 400 as at 612, and
 *   begins anew the next time; Node and Go do not try again at 4xx; Android and iOS try once more at 400 and give up, where at
 *   701 they would begin anew by themselves. So pieces are kept longer than any token lives, over restarts too, and none of
 *   them comes to ask for one that is gone but after 24 hours, which they count themselves.
 * - 614 `file exists` is **409**, which none of them tries again, as 614; nor does any name come twice here.
 * - 631 `no such bucket` is **403**, as of any other scope that is not the token's.
 *
 * 503 is tried again by all after a while, JS and Android at another host if there is one, and 599 is what Qiniu itself says
 * for a failure of its own.
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
