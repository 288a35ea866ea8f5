import { eq, or } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { lockRows } from "../db/lock.ts"
import { write } from "../db/write.ts"
import { holding, type PersonalData } from "../personal.ts"
import { endFollow } from "./follow.ts"
import { blocks, follows, reports } from "./tables.ts"

export const socialPersonal: PersonalData = {
  holdings: [
    holding({ name: "follows", table: follows, whose: [follows.followerId], erasure: endFollows }),
    holding({ name: "followed_by", table: follows, whose: [follows.followedId], erasure: endFollows }),
    holding({ name: "black_list", table: blocks, whose: [blocks.blockerId], erasure: "deleted" }),
    holding({
      name: "blocked_by",
      table: blocks,
      whose: [blocks.blockedId],
      untold: "Nobody is told who blocked them.",
      erasure: "deleted",
    }),
    holding({
      name: "reports_made",
      table: reports,
      whose: [reports.reporterId],
      // What operators found out about the other person is theirs.
      without: ["settledBy", "outcome"],
      erasure: { blanked: { text: "", ip: "" } },
    }),
    holding({
      name: "reports_about",
      table: reports,
      whose: [reports.reportedId],
      untold: "Who reported somebody did so in confidence.",
      erasure: { blanked: { text: "", outcome: "" } },
    }),
  ],
}

/** Follows ended in one write. */
const batch = 200

/** Ends a person's follows in both directions; those who followed, or were followed, have one less each. */
async function endFollows(app: App, userId: number): Promise<void> {
  const ends = { followerId: follows.followerId, followedId: follows.followedId }
  const ofPerson = or(eq(follows.followerId, userId), eq(follows.followedId, userId))
  while (true) {
    const pairs = await app.db.read.select(ends).from(follows).where(ofPerson).limit(batch)
    if (pairs.length === 0) return
    await write(app, async (tx) => {
      await lockRows(tx, users, [...new Set(pairs.flatMap(({ followerId, followedId }) => [followerId, followedId]))])
      for (const pair of pairs) await endFollow(tx, pair)
    })
  }
}
