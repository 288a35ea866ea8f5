import { Database } from "bun:sqlite"
import { expect, test } from "bun:test"
import { join } from "node:path"
import { drizzle } from "drizzle-orm/bun-sqlite"
import { casing, engine } from "../../src/db/kit.ts"
import type { Db } from "../../src/db/query.ts"
import { databaseFile } from "../../src/db/sqlite.ts"
import { conversationsOf } from "../../src/letters/conversation.ts"
import { followedRooms } from "../../src/rooms/followed.ts"
import { liveRooms } from "../../src/rooms/room.ts"
import { blockedBy } from "../../src/social/blocked.ts"
import { fansOf, followedBy, followedPerson } from "../../src/social/list.ts"
import { fansAmong } from "../../src/social/live_followers.ts"
import { startApp } from "../support/app.ts"

/** How SQLite finds a list's rows, step by step; with a million fans anything but these would hold the loop. */
const plans: [string, (db: Db) => Promise<unknown>, string[]][] = [
  [
    "the fans",
    (db) => fansOf(db, 1, { index: 0 }),
    [
      "CO-ROUTINE page",
      "SEARCH follows USING COVERING INDEX follows_fans (followed_id=? AND id<?)",
      "SCAN page",
      "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)",
      "SEARCH back USING COVERING INDEX follows_both (follower_id=? AND followed_id=?) LEFT-JOIN",
      "SEARCH rooms USING INDEX rooms_owner (owner_id=? AND state=?) LEFT-JOIN",
    ],
  ],
  [
    "the followed",
    (db) => followedBy(db, 1, { index: 0 }),
    [
      "CO-ROUTINE page",
      "SEARCH follows USING COVERING INDEX follows_followed (follower_id=? AND id<?)",
      "SCAN page",
      "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)",
      "SEARCH rooms USING INDEX rooms_owner (owner_id=? AND state=?) LEFT-JOIN",
    ],
  ],
  [
    "one of the followed",
    (db) => followedPerson(db, 1, 2).catch(() => {}),
    [
      "SEARCH follows USING COVERING INDEX follows_both (follower_id=? AND followed_id=?)",
      "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)",
      "SEARCH rooms USING INDEX rooms_owner (owner_id=? AND state=?) LEFT-JOIN",
    ],
  ],
  [
    "the blocked",
    (db) => blockedBy(db, 1, { index: 0 }),
    [
      "CO-ROUTINE page",
      "SEARCH blocks USING COVERING INDEX blocks_blocked (blocker_id=? AND id<?)",
      "SCAN page",
      "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)",
    ],
  ],
  [
    "the followed who are live",
    (db) => followedRooms(db, 1, { index: 0 }),
    [
      "SEARCH follows USING COVERING INDEX follows_both (follower_id=?)",
      "SEARCH rooms USING INDEX rooms_owner (owner_id=? AND state=?)",
    ],
  ],
  [
    "the live rooms of those not blocked",
    (db) => liveRooms(db, { index: 0 }, "live", 1),
    [
      "SEARCH rooms USING INDEX rooms_state (state=? AND kind=? AND id<?)",
      "CORRELATED SCALAR SUBQUERY 1",
      "SEARCH blocks USING COVERING INDEX blocks_both (blocker_id=? AND blocked_id=?)",
      "CORRELATED SCALAR SUBQUERY 2",
      "SEARCH blocks USING COVERING INDEX blocks_both (blocker_id=? AND blocked_id=?)",
      "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)",
    ],
  ],
  [
    "the fans among some people",
    (db) => fansAmong(db, 1, [2, 3]),
    [
      "SEARCH follows USING COVERING INDEX follows_both (follower_id=? AND followed_id=?)",
      "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)",
    ],
  ],
  [
    "the conversations",
    (db) => conversationsOf(db, 1, { index: 0 }),
    [
      "CO-ROUTINE page",
      "SEARCH conversation_sides USING COVERING INDEX conversation_sides_list (owner_id=? AND last_letter_id>? AND last_letter_id<?)",
      "SCAN page",
      "SEARCH conversation_sides USING INTEGER PRIMARY KEY (rowid=?)",
      "SEARCH letters USING INTEGER PRIMARY KEY (rowid=?)",
      "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)",
    ],
  ],
]

test.skipIf(engine !== "sqlite").each(plans)("%s are found in one range of an index", async (_, list, plan) => {
  await using app = await startApp()
  using file = new Database(join(app.running.app.config.dataDir, databaseFile), { readonly: true })
  const asked: string[] = []
  const client = {
    prepare(sql: string) {
      asked.push(sql)
      return file.query(sql)
    },
  }
  await list(drizzle({ client: client as unknown as Database, casing }) as unknown as Db)
  const steps = asked.flatMap((sql) => file.query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`).all())
  expect(steps.map(({ detail }) => detail)).toEqual(plan)
})
