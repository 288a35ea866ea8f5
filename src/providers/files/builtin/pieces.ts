import { createHash } from "node:crypto"
import { readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { draftSuffix } from "../../../storage/disk.ts"

/** How long a piece waits for the others of its file, in milliseconds; some apps ask for two hours at least. */
export const pieceTtl = 24 * 3_600_000
const mebibyte = 1024 * 1024
/** All pieces: how many, and how many bytes. Beyond, so much of it is left. */
const allMax = 50_000
const allBytesMax = 4_096 * mebibyte
const left = 0.9

/** A part of a file that has not come whole yet. */
export interface Piece {
  name: string
  bytes: number
  /** When it came, in milliseconds since 1970. */
  at: number
}

/** Keeps pieces over restarts, each under its owner's tag: nobody comes to another's. */
export interface Pieces {
  /** Finds what a former process kept. */
  open(): Promise<void>
  find(owner: string, name: string): Piece | undefined
  /** Those whose names begin so. */
  list(owner: string, prefix: string): Piece[]
  pathOf(owner: string, piece: Pick<Piece, "name">): string
  /**
   * Takes a draft in as a piece. A person who has too much lying about loses what has lain longest; when all together have,
   * whoever it is whose pieces have lain longest: an upload that goes on takes minutes.
   */
  keep(owner: string, name: string, bytes: number, draft: string): Promise<Piece>
  drop(owner: string, pieces: Piece[]): Promise<void>
  /** Drops what has waited too long. */
  dropOld(): Promise<void>
}

const byAge = (one: Piece, other: Piece) => one.at - other.at

/** Whose pieces they are, in a form that a file's name can begin with. */
export const ownerTag = (owner: string) => createHash("sha256").update(owner).digest("hex").slice(0, 20)

interface Options {
  dir: string
  /** The longest file. */
  bytesMax: number
  now(): number
}

export function createPieces({ dir, bytesMax, now }: Options): Pieces {
  // Of one person: two files in blocks, or in parts of half a megabyte, and what was begun and given up.
  const ownBytesMax = 2 * bytesMax + 8 * mebibyte
  const ownMax = 64 + Math.ceil((4 * bytesMax) / mebibyte)
  const kept = new Map<string, Map<string, Piece>>()
  let count = 0
  let bytes = 0
  const pathOf = (owner: string, { name }: Pick<Piece, "name">) => join(dir, `${owner}-${name}`)
  const own = (owner: string) => [...(kept.get(owner)?.values() ?? [])]

  function note(owner: string, piece: Piece): void {
    const pieces = kept.get(owner) ?? new Map<string, Piece>()
    forget(owner, piece.name)
    kept.set(owner, pieces.set(piece.name, piece))
    count += 1
    bytes += piece.bytes
  }

  function forget(owner: string, name: string): void {
    const pieces = kept.get(owner)
    const piece = pieces?.get(name)
    if (!pieces || !piece) return
    pieces.delete(name)
    if (pieces.size === 0) kept.delete(owner)
    count -= 1
    bytes -= piece.bytes
  }

  async function drop(owner: string, pieces: Piece[]): Promise<void> {
    for (const piece of pieces) forget(owner, piece.name)
    await Promise.all(pieces.map((piece) => rm(pathOf(owner, piece), { force: true })))
  }

  async function makeRoom(owner: string, more: number): Promise<void> {
    if (count >= allMax || bytes + more > allBytesMax) await shed(more)
    const pieces = own(owner).sort(byAge)
    let total = pieces.reduce((sum, piece) => sum + piece.bytes, more)
    const leaving: Piece[] = []
    for (const piece of pieces) {
      if (total <= ownBytesMax && pieces.length - leaving.length < ownMax) break
      leaving.push(piece)
      total -= piece.bytes
    }
    await drop(owner, leaving)
  }

  async function shed(more: number): Promise<void> {
    const everybodys = [...kept].flatMap(([owner, pieces]) =>
      [...pieces.values()].map((piece) => ({ owner, ...piece })),
    )
    for (const { owner, ...piece } of everybodys.sort(byAge)) {
      if (count < left * allMax && bytes + more < left * allBytesMax) return
      await drop(owner, [piece])
    }
  }

  return {
    async open() {
      for (const file of await readdir(dir)) {
        const [, owner = "", name = ""] = /^([0-9a-f]{20})-(.+)$/.exec(file) ?? []
        if (name === "" || name.endsWith(draftSuffix)) continue
        const { size, mtimeMs } = await stat(join(dir, file))
        note(owner, { name, bytes: size, at: Math.floor(mtimeMs) })
      }
    },
    find: (owner, name) => kept.get(owner)?.get(name),
    list: (owner, prefix) => own(owner).filter(({ name }) => name.startsWith(prefix)),
    pathOf,
    async keep(owner, name, size, draft) {
      await makeRoom(owner, size)
      const piece = { name, bytes: size, at: now() }
      await rename(draft, pathOf(owner, piece))
      note(owner, piece)
      return piece
    },
    drop,
    async dropOld() {
      const latest = now() - pieceTtl
      for (const owner of [...kept.keys()]) {
        const old = own(owner).filter(({ at }) => at <= latest)
        await drop(owner, old)
      }
    },
  }
}
