import { and, eq, inArray, isNull, lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import { write } from "../db/write.ts"
import type { Removal } from "./picture.ts"
import { files } from "./tables.ts"

/** How long a name is remembered whose picture was replaced, in milliseconds: longer than any upload to it is under way. */
const memory = 48 * 3_600_000
/** Asked for in one query. */
const batch = 500

const holders = query<{ key: string }>()((db, $) =>
  db
    .select({ id: files.id })
    .from(files)
    .where(and(eq(files.key, $.key), isNull(files.removedAt)))
    .prepare(),
)

/** Removes a file at its provider, unless it is, or shares its bytes with, somebody's picture by now. */
export async function removeFile(app: App, { provider, kind, key, content }: Removal): Promise<void> {
  const keeper = app.files.named(provider)
  if (!keeper) throw new Error(`The provider "${provider}" is not configured any more, and still keeps "${key}".`)
  await keeper.remove({ kind, key, content }, async () => {
    if (content !== "") return (await wantedContents(app, [content])).has(content)
    return (await holders(app.db.read, { key })).length > 0
  })
}

/** Which of these are in somebody's picture. */
export async function wantedContents(app: App, contents: string[]): Promise<Set<string>> {
  const wanted = new Set<string>()
  for (let at = 0; at < contents.length; at += batch) {
    const rows = await app.db.read
      .selectDistinct({ content: files.content })
      .from(files)
      .where(and(inArray(files.content, contents.slice(at, at + batch)), isNull(files.removedAt)))
    for (const { content } of rows) wanted.add(content)
  }
  return wanted
}

/** Forgets pictures that were replaced long ago. */
export const forgetRemoved = (app: App): Promise<unknown> =>
  write(app, (tx) =>
    tx
      .delete(files)
      .where(lt(files.removedAt, app.now() - memory))
      .returning({ id: files.id }),
  )
