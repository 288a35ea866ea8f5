import { open } from "node:fs/promises"
import { crc32 } from "node:zlib"
import { ImageFault } from "../../../images/format.ts"
import { imageTypeOf, readImage } from "../../../images/image.ts"
import { createEtag, etagOf } from "../etag.ts"
import type { FilesListener, KeptFile, NamedFile, Outcome } from "../index.ts"
import { createTurns, picturesAtOnce } from "../turns.ts"
import { assertInTime, assertSize, assertType, bucketOf, keyFor, type Policy } from "./policy.ts"
import { UploadFault } from "./reply.ts"
import type { Store } from "./store.ts"
import { extensionOf, fill, timeVariables, type Variables } from "./variables.ts"

/** Read and hashed at once, so that the loop gets its turns. */
const stretch = 1024 * 1024

/** Where a part of what was uploaded stands. */
export interface Stretch {
  path: string
  bytes: number
  /** What it must be, where that is known. */
  crc32?: number
}

/** Everything of an upload that has come whole. */
export interface Upload {
  policy: Policy
  bucket?: string
  key: string | undefined
  pieces: Stretch[]
  /** What the client says it is. */
  type: string | undefined
  fileName: string
  variables: Variables
}

/** What becomes of an upload is the same, whichever way it came. */
export interface Finisher {
  /**
   * Looks at what was uploaded, keeps it, and tells.
   *
   * @returns the answer: `{ hash, key }`, or what the token wants
   * @throws {UploadFault}
   */
  finish(upload: Upload, listener: FilesListener): Promise<object>
  /** Keeps a picture that came another way. @throws {ImageFault} */
  put(file: NamedFile, read: () => Promise<Uint8Array>, listener: FilesListener): Promise<Outcome>
}

interface Options {
  store: Store
  bytesMax: number
  pixelsMax: number
  now(): number
}

export function createFinisher({ store, bytesMax, pixelsMax, now }: Options): Finisher {
  const inTurn = createTurns(picturesAtOnce)

  async function keep(file: NamedFile, etag: string, bytes: Uint8Array, listener: FilesListener) {
    const { bytes: clean, ...image } = readImage(bytes, { pixelsMax })
    return store.keep(clean, async (content) => {
      const kept: KeptFile = { ...file, ...image, etag, content, bytes: clean.length }
      return { outcome: await listener.arrived(kept), image }
    })
  }

  async function finishNow(upload: Upload, listener: FilesListener): Promise<object> {
    const { policy, type, fileName } = upload
    const size = upload.pieces.reduce((sum, { bytes }) => sum + bytes, 0)
    assertSize(policy, size)
    if (size > bytesMax) throw new UploadFault(413, "exceed FsizeLimit")
    const { bytes, etag } = await gather(upload.pieces, size)
    assertInTime(policy, now())
    const mimeType = imageTypeOf(bytes)
    assertType(policy, mimeType ?? type ?? "application/octet-stream", type)
    const bucket = bucketOf(policy, upload.bucket)
    const common = { bucket, etag, hash: etag, fname: fileName, fsize: size, mimeType, ext: extensionOf(fileName) }
    const variables = { ...upload.variables, ...timeVariables(now()), ...common, endUser: policy.endUser }
    const file = { kind: bucket, key: keyFor(policy, upload.key, variables) }

    const standing = await listener.standing(file)
    if (standing === "forbidden") throw new UploadFault(403, "key doesn't match with scope")
    if (standing !== "free" && standing.etag !== etag) throw new UploadFault(409, "file exists")
    const { outcome, image } = await keep(file, etag, bytes, listener)
    if (outcome === "forbidden") throw new UploadFault(403, "key doesn't match with scope")
    if (outcome === "exists") throw new UploadFault(409, "file exists")
    const measured = {
      "imageInfo.width": image.width,
      "imageInfo.height": image.height,
      "imageInfo.format": image.type,
    }
    return answerTo(policy, { ...variables, ...measured, key: file.key })
  }

  return {
    finish: (upload, listener) =>
      inTurn(() => finishNow(upload, listener)).catch((error) => {
        throw error instanceof ImageFault ? new UploadFault(403, `the image ${error.message}`) : error
      }),
    put: (file, read, listener) =>
      inTurn(async () => {
        const bytes = await read()
        return (await keep(file, etagOf(bytes), bytes, listener)).outcome
      }),
  }
}

function answerTo({ returnBody }: Policy, variables: Variables): object {
  if (returnBody === undefined) return { hash: variables["etag"], key: variables["key"] }
  try {
    return JSON.parse(fill(returnBody, variables, "json"))
  } catch {
    throw new UploadFault(400, "invalid returnBody")
  }
}

/** Reads what was uploaded. @throws {UploadFault} 400 where it is not what came */
async function gather(pieces: Stretch[], size: number): Promise<{ bytes: Buffer; etag: string }> {
  const bytes = Buffer.alloc(size)
  const etag = createEtag()
  let at = 0
  for (const piece of pieces) {
    await using file = await open(piece.path)
    let crc = 0
    for (let read = 0; read < piece.bytes; ) {
      const wanted = Math.min(stretch, piece.bytes - read)
      const { bytesRead } = await file.read(bytes, at, wanted, read)
      if (bytesRead === 0) throw new UploadFault(400, "a part is gone")
      const some = bytes.subarray(at, at + bytesRead)
      crc = crc32(some, crc)
      etag.add(some)
      at += bytesRead
      read += bytesRead
    }
    if (piece.crc32 !== undefined && piece.crc32 !== crc) throw new UploadFault(400, "invalid ctx")
  }
  return { bytes, etag: etag.end() }
}
