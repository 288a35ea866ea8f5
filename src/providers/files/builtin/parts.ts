import { rm, writeFile } from "node:fs/promises"
import { z } from "zod"
import type { FileKind, FilesListener } from "../index.ts"
import { spoolBody } from "../spool.ts"
import { ownerTag, type Piece, pieceTtl } from "./pieces.ts"
import { bucketOf, keyFor, ownerOf, type Policy } from "./policy.ts"
import { UploadFault } from "./reply.ts"
import { type Ground, numberIn, policyOf, textIn, textOf } from "./request.ts"
import { ownVariables } from "./variables.ts"

const partsMax = 10_000
const bodyMax = 1024 * 1024
/** Parts told of at once. */
const listMax = 1_000

const Completion = z.object({
  parts: z
    .array(z.object({ partNumber: z.int().min(1).max(partsMax), etag: z.string() }))
    .min(1)
    .max(partsMax),
  fname: z.string().nullish(),
  mimeType: z.string().nullish(),
  customVars: z.record(z.string(), z.unknown()).nullish(),
})

/** The place an upload is at: `/buckets/BUCKET/objects/KEY/uploads/ID`. */
interface Place {
  policy: Policy
  owner: string
  bucket: FileKind
  /** Undefined where the client gave none. */
  key: string | undefined
}

/** A file in parts of the app's choice: version 2 of Qiniu's resumable upload. */
export function partUpload(ground: Ground) {
  const { intake, pieces, finisher, recent, bytesMax } = ground
  const mark = (id: string) => `u-${id}`
  const partsOf = (owner: string, id: string) =>
    pieces
      .list(owner, `p-${id}-`)
      .map((piece) => ({ piece, ...partIn(piece) }))
      .sort((one, other) => one.partNumber - other.partNumber)
  const expiryOf = ({ at }: Piece) => Math.floor((at + pieceTtl) / 1_000)

  /** @throws {UploadFault} 401; 403 for another bucket or name than the token's */
  function placeOf(request: Request, bucket: string, key: string): Place {
    const policy = policyOf(request, ground)
    const place = {
      policy,
      owner: ownerTag(ownerOf(policy)),
      bucket: bucketOf(policy, bucket),
      key: key === "~" ? undefined : textIn(key),
    }
    if (place.key !== undefined) keyFor(policy, place.key, {})
    return place
  }

  /** @throws {UploadFault} 400 for one that was never begun, has ended or is too old */
  const begun = ({ owner }: Place, id: string): Piece => {
    const piece = /^[0-9a-f-]{36}$/.test(id) ? pieces.find(owner, mark(id)) : undefined
    if (!piece) throw new UploadFault(400, "no such uploadId")
    return piece
  }

  const forget = ({ owner }: Place, id: string) =>
    pieces.drop(owner, [...pieces.list(owner, mark(id)), ...pieces.list(owner, `p-${id}-`)])

  return {
    placeOf,

    async begin({ owner }: Place): Promise<object> {
      const id = crypto.randomUUID()
      const draft = intake.draft()
      await writeFile(draft, "", { flag: "wx", mode: 0o600 })
      try {
        return { uploadId: id, expireAt: expiryOf(await pieces.keep(owner, mark(id), 0, draft)) }
      } finally {
        await rm(draft, { force: true })
      }
    },

    /** A part that came before is replaced. */
    async put(request: Request, place: Place, id: string, number: string): Promise<object> {
      const { owner } = place
      const partNumber = numberIn(number, 1, partsMax)
      begun(place, id)
      using _ = await intake.enter(owner)
      const others = partsOf(owner, id).filter((part) => part.partNumber !== partNumber)
      const draft = intake.draft()
      try {
        const room = bytesMax - others.reduce((sum, { piece }) => sum + piece.bytes, 0)
        const { bytes, md5, etag } = await spoolBody(request, draft, Math.max(0, room))
        const claimed = request.headers.get("content-md5")
        if (claimed !== null && claimed.toLowerCase() !== md5) throw new UploadFault(406, "md5 mismatch")
        begun(place, id)
        const former = partsOf(owner, id).filter((part) => part.partNumber === partNumber && part.etag !== etag)
        await pieces.keep(owner, `p-${id}-${partNumber}-${etag}`, bytes, draft)
        await pieces.drop(
          owner,
          former.map(({ piece }) => piece),
        )
        return { etag, md5 }
      } finally {
        await rm(draft, { force: true })
      }
    },

    async finish(request: Request, place: Place, id: string, listener: FilesListener): Promise<object> {
      const { policy, owner, bucket, key } = place
      using _ = await intake.enter(owner)
      const completion = Completion.safeParse(parsed(await textOf(request, bodyMax)))
      const heard = recent.find(`${owner} ${id}`)
      if (heard) return heard
      begun(place, id)
      if (!completion.success) throw new UploadFault(400, "invalid argument")
      const { parts, fname, mimeType, customVars } = completion.data
      if (parts.some(({ partNumber }, at) => partNumber <= (parts[at - 1]?.partNumber ?? 0))) {
        throw new UploadFault(400, "invalid part order")
      }
      const upload = {
        policy,
        bucket,
        key,
        pieces: parts.map(({ partNumber, etag }) => {
          const piece = pieces.find(owner, `p-${id}-${partNumber}-${etag}`)
          if (!piece) throw new UploadFault(400, "invalid part")
          return { path: pieces.pathOf(owner, piece), bytes: piece.bytes }
        }),
        type: mimeType ?? undefined,
        fileName: fname ?? "",
        variables: ownVariables(Object.entries(customVars ?? {})),
      }
      const done = await finisher.finish(upload, listener)
      recent.remember(`${owner} ${id}`, done)
      await forget(place, id)
      return done
    },

    async drop(place: Place, id: string): Promise<void> {
      begun(place, id)
      await forget(place, id)
    },

    list(place: Place, id: string, query: URLSearchParams): object {
      const expireAt = expiryOf(begun(place, id))
      const after = Number(query.get("part-number_marker") ?? query.get("part-number-marker")) || 0
      const most = Math.min(Number(query.get("max-parts")) || listMax, listMax)
      const rest = partsOf(place.owner, id).filter(({ partNumber }) => partNumber > after)
      const parts = rest.slice(0, most).map(({ piece, partNumber, etag }) => ({
        partNumber,
        etag,
        size: piece.bytes,
        putTime: Math.floor(piece.at / 1_000),
      }))
      const partNumberMarker = rest.length > most ? (parts.at(-1)?.partNumber ?? 0) : 0
      return { uploadId: id, expireAt, partNumberMarker, parts }
    },
  }
}

/** `p-ID-NUMBER-ETAG`, the id of 36 characters. */
const partIn = ({ name }: Piece) => {
  const [, number, etag = ""] = /^p-.{36}-(\d+)-(.+)$/.exec(name) ?? []
  return { partNumber: Number(number), etag }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
