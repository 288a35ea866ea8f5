import { createHash } from "node:crypto"
import { rm, truncate } from "node:fs/promises"
import type { FilesListener } from "../index.ts"
import { type Spooled, spoolBody } from "../spool.ts"
import { ownerTag, type Piece, pieceTtl } from "./pieces.ts"
import { bucketOf, ownerOf } from "./policy.ts"
import { UploadFault } from "./reply.ts"
import { type Ground, numberIn, policyOf, textIn, textOf } from "./request.ts"
import { ownVariables } from "./variables.ts"

const blockMax = 4 * 1024 * 1024
/** A list of contexts of some fifty characters, one a block. */
const listMax = 64 * 1024

/** How far a block has come: what an app hands back as the block's `ctx`. */
interface Context {
  id: string
  /** Of the whole block. */
  size: number
  bytes: number
  crc32: number
}

/** A file in blocks of 4 MiB, each of one chunk or more: version 1 of Qiniu's resumable upload. */
export function blockUpload(ground: Ground) {
  const { intake, pieces, finisher, recent, publicUrl } = ground
  const nameOf = (id: string) => `b-${id}`

  function answer(piece: Piece, context: Context, { crc32, etag }: Spooled): object {
    const expired_at = Math.floor((piece.at + pieceTtl) / 1_000)
    return { ctx: write(context), checksum: etag, crc32, offset: context.bytes, host: publicUrl, expired_at }
  }

  function blockOf(owner: string, ctx: string) {
    const context = read(ctx)
    const piece = context && pieces.find(owner, nameOf(context.id))
    if (!context || !piece) throw new UploadFault(400, "invalid ctx")
    return { context, piece, path: pieces.pathOf(owner, piece) }
  }

  return {
    /** `POST /mkblk/SIZE`: a new block and its first chunk. */
    async make(request: Request, size: string | undefined): Promise<object> {
      const owner = ownerTag(ownerOf(policyOf(request, ground)))
      const blockSize = numberIn(size, 1, blockMax)
      using _ = await intake.enter(owner)
      const draft = intake.draft()
      try {
        const chunk = await spoolBody(request, draft, blockSize)
        const context = { id: crypto.randomUUID(), size: blockSize, bytes: chunk.bytes, crc32: chunk.crc32 }
        // As long as it is going to be: what was promised room has it.
        await truncate(draft, blockSize)
        return answer(await pieces.keep(owner, nameOf(context.id), blockSize, draft), context, chunk)
      } finally {
        await rm(draft, { force: true })
      }
    },

    /** `POST /bput/CTX/OFFSET`: the next chunk. One that came before and was not heard of is overwritten. */
    async put(request: Request, ctx: string, offset: string | undefined): Promise<object> {
      const owner = ownerTag(ownerOf(policyOf(request, ground)))
      using _ = await intake.enter(owner)
      const { context, piece, path } = blockOf(owner, ctx)
      if (numberIn(offset, 1, blockMax) !== context.bytes) throw new UploadFault(400, "invalid offset")
      const chunk = await spoolBody(request, path, context.size - context.bytes, context)
      const next = { ...context, bytes: context.bytes + chunk.bytes, crc32: chunk.crc32Whole }
      return answer(piece, next, chunk)
    },

    /** `POST /mkfile/SIZE/key/…/mimeType/…/x:…/…`: the last context of each block, joined with commas. */
    async finish(
      request: Request,
      size: string | undefined,
      named: string[],
      listener: FilesListener,
    ): Promise<object> {
      const policy = policyOf(request, ground)
      const owner = ownerTag(ownerOf(policy))
      bucketOf(policy)
      const total = numberIn(size, 0, Number.MAX_SAFE_INTEGER)
      if (total > ground.bytesMax) throw new UploadFault(413, "exceed FsizeLimit")
      using _ = await intake.enter(owner)
      const list = await textOf(request, listMax)
      const asked = `${owner} ${createHash("sha256")
        .update(`${named.join("/")}\n${list}`)
        .digest("hex")}`
      const heard = recent.find(asked)
      if (heard) return heard
      const blocks = list.split(",").map((ctx) => blockOf(owner, ctx.trim()))
      if (blocks.some(({ context }) => context.bytes !== context.size)) throw new UploadFault(400, "invalid ctx")
      const parameters = pairsIn(named)
      const upload = {
        policy,
        key: parameters.get("key"),
        pieces: blocks.map(({ path, context }) => ({ path, bytes: context.bytes, crc32: context.crc32 })),
        type: parameters.get("mimeType"),
        fileName: parameters.get("fname") ?? "",
        variables: ownVariables(parameters),
      }
      if (blocks.reduce((sum, { context }) => sum + context.bytes, 0) !== total)
        throw new UploadFault(400, "file size not match")
      const done = await finisher.finish(upload, listener)
      recent.remember(asked, done)
      await pieces.drop(
        owner,
        blocks.map(({ piece }) => piece),
      )
      return done
    },
  }
}

/** `name/VALUE` pairs of a path, in any order, the values in Base64. */
function pairsIn(named: string[]): Map<string, string> {
  const pairs = new Map<string, string>()
  for (let at = 0; at + 1 < named.length; at += 2) pairs.set(named[at] ?? "", textIn(named[at + 1] ?? ""))
  return pairs
}

const write = ({ id, size, bytes, crc32 }: Context) =>
  [id, ...[size, bytes, crc32].map((one) => one.toString(36))].join(".")

/**
 * Nothing in a context is secret or believed: it names one of the owner's own blocks, whose content is compared with the
 * checksum when the file is made.
 */
function read(ctx: string): Context | undefined {
  const [, id = "", ...numbers] = /^([0-9a-f-]{36})\.(\w{1,6})\.(\w{1,6})\.(\w{1,7})$/.exec(ctx) ?? []
  const [size = 0, bytes = 0, crc32 = 0] = numbers.map((one) => Number.parseInt(one, 36))
  const isSound = id !== "" && size >= 1 && size <= blockMax && bytes >= 0 && bytes <= size
  return isSound ? { id, size, bytes, crc32 } : undefined
}
