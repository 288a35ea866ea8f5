import type { Log } from "../../../log.ts"
import { Incomplete, TooLong } from "../arrival.ts"
import type { FilesListener } from "../index.ts"
import { Busy } from "../intake.ts"
import { FormFault } from "../multipart.ts"
import { blockUpload } from "./blocks.ts"
import { formUpload } from "./form.ts"
import { partUpload } from "./parts.ts"
import { regionsAnswer } from "./regions.ts"
import { preflightReply, UploadFault, uploadReply } from "./reply.ts"
import type { Ground } from "./request.ts"

/** Asked to come again after so many seconds. */
const pause = 5

/**
 * Answers Qiniu's SDKs as its upload hosts do. Those for phones take a host and nothing else, so the addresses stand at the
 * root, as they do at Qiniu.
 *
 * @returns undefined for a request that is none of an upload's
 */
export type UploadDoor = (request: Request, from: string, listener: FilesListener) => Promise<Response | undefined>

export function uploadDoor(ground: Ground, log: Log): UploadDoor {
  const form = formUpload(ground)
  const blocks = blockUpload(ground)
  const parts = partUpload(ground)
  const { intake, publicUrl } = ground

  async function answer(request: Request, from: string, listener: FilesListener): Promise<Response | undefined> {
    const { pathname, searchParams } = new URL(request.url)
    const [, first = "", ...rest] = pathname.split("/").map(decoded)
    const [second = ""] = rest
    if (first === "buckets") return parted(request, rest, searchParams, listener)
    if (request.method === "GET") {
      const regions = regionsAnswer(pathname, publicUrl)
      return regions && uploadReply(regions)
    }
    if (request.method !== "POST") throw new UploadFault(405, "method not allowed")
    if (pathname === "/") {
      using _ = await intake.enter(from)
      return uploadReply(await form(request, listener))
    }
    if (first === "mkblk") return uploadReply(await blocks.make(request, second))
    if (first === "bput") return uploadReply(await blocks.put(request, second, rest[1]))
    if (first === "mkfile") return uploadReply(await blocks.finish(request, second, rest.slice(1), listener))
    // How the upload went, which SDKs tell Qiniu.
    return uploadReply({})
  }

  async function parted(request: Request, path: string[], query: URLSearchParams, listener: FilesListener) {
    const [bucket = "", , key = "", , id = "", number] = path
    const isPlace = path[1] === "objects" && path[3] === "uploads" && path.length <= 6
    if (!isPlace) throw new UploadFault(400, "invalid argument")
    const place = parts.placeOf(request, bucket, key)
    const { method } = request
    if (method === "POST" && id === "") return uploadReply(await parts.begin(place))
    if (method === "PUT" && number !== undefined) return uploadReply(await parts.put(request, place, id, number))
    if (method === "POST") return uploadReply(await parts.finish(request, place, id, listener))
    if (method === "GET") return uploadReply(parts.list(place, id, query))
    if (method !== "DELETE") throw new UploadFault(405, "method not allowed")
    await parts.drop(place, id)
    return uploadReply(undefined)
  }

  return async (request, from, listener) => {
    if (request.method === "OPTIONS") return preflightReply()
    try {
      return await answer(request, from, listener)
    } catch (error) {
      const fault = faultOf(error, request)
      if (fault.status === 599) log.error("upload failed", { error })
      const more: Record<string, string> = fault.status === 503 ? { "Retry-After": String(pause) } : {}
      return uploadReply({ error: fault.message }, fault.status, more)
    }
  }
}

function faultOf(error: unknown, request: Request): UploadFault {
  if (error instanceof UploadFault) return error
  if (error instanceof TooLong) return new UploadFault(413, "exceed FsizeLimit")
  if (error instanceof FormFault) return new UploadFault(400, `the form is malformed: ${error.message}`)
  // Dropped while it was to be read: its owner has begun too many others.
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return new UploadFault(400, "a part is gone")
  if (error instanceof Busy) return new UploadFault(503, error.message)
  // Whoever hangs up in the middle reads no answer, and it is no fault of ours.
  if (error instanceof Incomplete || request.signal.aborted) return new UploadFault(400, "the body is incomplete")
  return new UploadFault(599, "server failure")
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new UploadFault(400, "invalid argument")
  }
}
