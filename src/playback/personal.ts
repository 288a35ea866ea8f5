import { and, eq, isNull } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import { write } from "../db/write.ts"
import { holding, type PersonalData } from "../personal.ts"
import { removeIn } from "./removal.ts"
import { recordings } from "./tables.ts"

export const playbackPersonal: PersonalData = {
  holdings: [
    holding({ name: "recordings", table: recordings, whose: [recordings.ownerId], erasure: removeRecordings }),
  ],
}

/** Deletes what was recorded of a person, and promises that the files go too. */
async function removeRecordings(app: App, userId: number): Promise<void> {
  const kept = await app.db.read
    .select()
    .from(recordings)
    .where(and(eq(recordings.ownerId, userId), isNull(recordings.deletedAt)))
  for (const recording of kept) {
    await write(app, async (tx, after) => {
      await lockRow(tx, users, userId)
      await removeIn(app, tx, after, recording)
    })
  }
}
