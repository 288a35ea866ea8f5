import { and, eq, isNull } from "drizzle-orm"
import { type Closing, holding, type PersonalData } from "../personal.ts"
import { promiseRemoval } from "./picture.ts"
import { files } from "./tables.ts"

export const filesPersonal: PersonalData = {
  holdings: [
    holding({
      name: "files",
      table: files,
      whose: [files.ownerId],
      without: ["content", "etag"],
      erasure: "at closing",
    }),
  ],
  close: removePictures,
}

/** The bytes are removed as those of any picture that is replaced, and the rows are forgotten like theirs. */
async function removePictures({ app, tx, after, userId }: Closing): Promise<void> {
  const removed = await tx
    .update(files)
    .set({ removedAt: app.now() })
    .where(and(eq(files.ownerId, userId), isNull(files.removedAt)))
    .returning()
  for (const one of removed) await promiseRemoval(app, tx, after, one)
}
