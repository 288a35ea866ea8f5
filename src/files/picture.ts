import { and, eq, isNull } from "drizzle-orm"
import { banOn } from "../accounts/ban.ts"
import { users } from "../accounts/tables.ts"
import { setPicture } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import { promise } from "../db/outbox.ts"
import { type Db, query } from "../db/query.ts"
import { type After, write } from "../db/write.ts"
import type {
  FilesListener,
  FilesProviderName,
  KeptFile,
  NamedFile,
  Outcome,
  Standing,
} from "../providers/files/index.ts"
import { addressOfFile, columnOf } from "./address.ts"
import { isKey, ownerOfKey } from "./key.ts"
import { files } from "./tables.ts"

export type FileRow = typeof files.$inferSelect

const byKey = query<{ key: string }>()((db, $) => db.select().from(files).where(eq(files.key, $.key)).prepare())

/** A picture that somebody has now. */
export async function fileNamed(db: Db, key: string): Promise<FileRow | undefined> {
  if (!isKey(key)) return undefined
  const [file] = await byKey(db, { key })
  return file?.removedAt === null ? file : undefined
}

const ownerById = query<{ id: number }>()((db, $) =>
  db.select({ id: users.id, bannedUntil: users.bannedUntil }).from(users).where(eq(users.id, $.id)).prepare(),
)

/** Who a picture that comes now would belong to; undefined when there is no such person, or one who may do nothing. */
async function ownerOf(app: App, db: Db, file: NamedFile): Promise<number | undefined> {
  const [owner] = await ownerById(db, { id: ownerOfKey(file) ?? 0 })
  return owner && !banOn(owner.bannedUntil, app.now()) ? owner.id : undefined
}

interface Wish {
  /** Gives way to a picture that is there. */
  givesWay?: boolean
}

/** What a provider's news means: the picture that comes last is its owner's, and the one before is removed. */
export function filesListener(app: App, provider: FilesProviderName, { givesWay = false }: Wish = {}): FilesListener {
  return {
    async standing(file): Promise<Standing> {
      if ((await ownerOf(app, app.db.read, file)) === undefined) return "forbidden"
      const [known] = await byKey(app.db.read, { key: file.key })
      // No upload has this etag, so one that was replaced does not come back.
      return known ? { etag: known.removedAt === null ? known.etag : "" } : "free"
    },
    async arrived(file) {
      const outcome = await write(app, async (tx, after) => {
        const came = await settle(app, tx, after, { ...file, provider }, givesWay)
        if (came !== "kept") await promiseRemoval(app, tx, after, { ...file, provider })
        return came
      })
      app.log.info("picture", { key: file.key, type: file.type, bytes: file.bytes, outcome })
      return outcome
    },
    unwanted: (file) => write(app, (tx, after) => promiseRemoval(app, tx, after, { ...file, provider })),
  }
}

type Arrival = KeptFile & { provider: FilesProviderName }

async function settle(app: App, tx: Db, after: After, file: Arrival, givesWay: boolean): Promise<Outcome> {
  const userId = ownerOfKey(file)
  if (userId === undefined) return "forbidden"
  // One after the other, so that of two at once the last one's row and address are both the last one's.
  await lockRow(tx, users, userId)
  const ownerId = await ownerOf(app, tx, file)
  if (ownerId === undefined) return "forbidden"
  const [known] = await byKey(tx, { key: file.key })
  if (known) return known.removedAt === null && known.etag === file.etag ? "kept" : "exists"

  const isCurrent = and(eq(files.ownerId, ownerId), eq(files.kind, file.kind), isNull(files.removedAt))
  if (givesWay && (await tx.select({ id: files.id }).from(files).where(isCurrent)).length > 0) return "exists"
  const former = await tx.update(files).set({ removedAt: app.now() }).where(isCurrent).returning()
  for (const one of former) await promiseRemoval(app, tx, after, one)
  await tx
    .insert(files)
    .values({ ...file, ownerId, keptAt: app.now() })
    .returning({ id: files.id })
  await setPicture(tx, ownerId, columnOf(file), addressOfFile(app, file) ?? "")
  return "kept"
}

/** Where a file is that may have to go. */
export type Removal = Pick<FileRow, "provider" | "kind" | "key" | "content">

/** Promises, inside a write, that a file's provider will remove it, unless somebody has it then. */
export const promiseRemoval = (app: App, tx: Db, after: After, { provider, kind, key, content }: Removal) =>
  promise(app, tx, after, "file.remove", { provider, kind, key, content })
