import { isNotNull, isNull } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { id, index, int, table, text, uniqueIndex } from "../db/kit.ts"
import type { FileKind, FilesProviderName } from "../providers/files/index.ts"

/** Pictures that people have, and for a while those they had. */
export const files = table(
  "files",
  {
    id: id(),
    /** The name it was uploaded under, and is found by. */
    key: text().notNull(),
    ownerId: int()
      .notNull()
      .references(() => users.id),
    kind: text().$type<FileKind>().notNull(),
    provider: text().$type<FilesProviderName>().notNull(),
    /** SHA-256 of the bytes that this server keeps, which others may have too; empty where it keeps none. */
    content: text().notNull(),
    /** Qiniu's hash of the bytes as they came. */
    etag: text().notNull(),
    type: text().notNull(),
    bytes: int().notNull(),
    width: int().notNull(),
    height: int().notNull(),
    keptAt: int().notNull(),
    /** When another took its place; its bytes are removed, and later the row. */
    removedAt: int(),
  },
  (t) => [
    uniqueIndex("files_key").on(t.key),
    // A person has one picture of a kind, whatever arrives at once.
    uniqueIndex("files_own").on(t.ownerId, t.kind).where(isNull(t.removedAt)),
    index("files_content").on(t.content),
    index("files_removed").on(t.removedAt).where(isNotNull(t.removedAt)),
  ],
)
