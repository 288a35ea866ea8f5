import { and, asc, desc, eq, gt, isNull } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { setPicture } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import { write } from "../db/write.ts"
import type { NamedFile } from "../providers/files/index.ts"
import { files } from "./tables.ts"

/** Pictures looked at in one write. */
const batch = 500

type Kept = NamedFile & { provider: string }

/** Where a picture is found; undefined when its provider is not configured any more. */
export const addressOfFile = (app: App, file: Kept): string | undefined =>
  app.files.named(file.provider)?.addressOf(file)

/** A user's column that has the address of a kind of picture. */
export const columnOf = ({ kind }: Pick<NamedFile, "kind">) => (kind === "face" ? "image" : "cover")

const current = { id: files.id, ownerId: files.ownerId, kind: files.kind, key: files.key, provider: files.provider }

const newest = query()((db) =>
  db
    .select({ ...current, image: users.image, cover: users.cover })
    .from(files)
    .innerJoin(users, eq(users.id, files.ownerId))
    .where(isNull(files.removedAt))
    .orderBy(desc(files.id))
    .limit(1)
    .prepare(),
)

/**
 * Gives everybody's pictures the addresses they have by the settings of today: this server may be reached by another one than
 * it was, and the first pictures come before anybody has set it. The newest picture tells whether that is so, and is the last
 * to be changed.
 */
export async function readdressPictures(app: App): Promise<void> {
  const [sample] = await newest(app.db.read, {})
  if (!sample || sample[columnOf(sample)] === (addressOfFile(app, sample) ?? sample[columnOf(sample)])) return
  app.log.info("pictures get other addresses", { from: sample[columnOf(sample)], to: addressOfFile(app, sample) })
  for (let after = 0; ; ) {
    const some = await app.db.read
      .select(current)
      .from(files)
      .where(and(isNull(files.removedAt), gt(files.id, after)))
      .orderBy(asc(files.id))
      .limit(batch)
    await write(app, async (tx) => {
      for (const file of some) {
        const address = addressOfFile(app, file)
        if (address !== undefined) await setPicture(tx, file.ownerId, columnOf(file), address)
      }
    })
    after = some.at(-1)?.id ?? after
    if (some.length < batch) return
  }
}
