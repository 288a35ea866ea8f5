// Written by scripts/migration.
import sqlite_0000 from "./sqlite/0000_first.sql" with { type: "text" }
import sqlite_0001 from "./sqlite/0001_first_words.sql" with { type: "text" }
import sqlite_0002 from "./sqlite/0002_money.sql" with { type: "text" }
import sqlite_0003 from "./sqlite/0003_first_money.sql" with { type: "text" }
import sqlite_0004 from "./sqlite/0004_playback.sql" with { type: "text" }
import sqlite_0005 from "./sqlite/0005_gift_combos.sql" with { type: "text" }
import sqlite_0006 from "./sqlite/0006_social_letters.sql" with { type: "text" }
import sqlite_0007 from "./sqlite/0007_real_names.sql" with { type: "text" }
import sqlite_0008 from "./sqlite/0008_identities.sql" with { type: "text" }
import sqlite_0009 from "./sqlite/0009_files.sql" with { type: "text" }
import sqlite_0010 from "./sqlite/0010_tasks_bonuses.sql" with { type: "text" }
import sqlite_0011 from "./sqlite/0011_first_tasks.sql" with { type: "text" }
import sqlite_0012 from "./sqlite/0012_conferences.sql" with { type: "text" }
import sqlite_0013 from "./sqlite/0013_games.sql" with { type: "text" }
import sqlite_0014 from "./sqlite/0014_operators.sql" with { type: "text" }
import sqlite_0015 from "./sqlite/0015_operators_log.sql" with { type: "text" }
import postgres_0000 from "./postgres/0000_first.sql" with { type: "text" }
import postgres_0001 from "./postgres/0001_first_words.sql" with { type: "text" }
import postgres_0002 from "./postgres/0002_money.sql" with { type: "text" }
import postgres_0003 from "./postgres/0003_first_money.sql" with { type: "text" }
import postgres_0004 from "./postgres/0004_playback.sql" with { type: "text" }
import postgres_0005 from "./postgres/0005_gift_combos.sql" with { type: "text" }
import postgres_0006 from "./postgres/0006_social_letters.sql" with { type: "text" }
import postgres_0007 from "./postgres/0007_real_names.sql" with { type: "text" }
import postgres_0008 from "./postgres/0008_identities.sql" with { type: "text" }
import postgres_0009 from "./postgres/0009_files.sql" with { type: "text" }
import postgres_0010 from "./postgres/0010_tasks_bonuses.sql" with { type: "text" }
import postgres_0011 from "./postgres/0011_first_tasks.sql" with { type: "text" }
import postgres_0012 from "./postgres/0012_conferences.sql" with { type: "text" }
import postgres_0013 from "./postgres/0013_games.sql" with { type: "text" }
import postgres_0014 from "./postgres/0014_operators.sql" with { type: "text" }
import postgres_0015 from "./postgres/0015_operators_log.sql" with { type: "text" }

export interface Migration {
  name: string
  sql: string
}

export const migrations: Record<"sqlite" | "postgres", Migration[]> = { sqlite: [{ name: "0000_first", sql: sqlite_0000 }, { name: "0001_first_words", sql: sqlite_0001 }, { name: "0002_money", sql: sqlite_0002 }, { name: "0003_first_money", sql: sqlite_0003 }, { name: "0004_playback", sql: sqlite_0004 }, { name: "0005_gift_combos", sql: sqlite_0005 }, { name: "0006_social_letters", sql: sqlite_0006 }, { name: "0007_real_names", sql: sqlite_0007 }, { name: "0008_identities", sql: sqlite_0008 }, { name: "0009_files", sql: sqlite_0009 }, { name: "0010_tasks_bonuses", sql: sqlite_0010 }, { name: "0011_first_tasks", sql: sqlite_0011 }, { name: "0012_conferences", sql: sqlite_0012 }, { name: "0013_games", sql: sqlite_0013 }, { name: "0014_operators", sql: sqlite_0014 }, { name: "0015_operators_log", sql: sqlite_0015 }], postgres: [{ name: "0000_first", sql: postgres_0000 }, { name: "0001_first_words", sql: postgres_0001 }, { name: "0002_money", sql: postgres_0002 }, { name: "0003_first_money", sql: postgres_0003 }, { name: "0004_playback", sql: postgres_0004 }, { name: "0005_gift_combos", sql: postgres_0005 }, { name: "0006_social_letters", sql: postgres_0006 }, { name: "0007_real_names", sql: postgres_0007 }, { name: "0008_identities", sql: postgres_0008 }, { name: "0009_files", sql: postgres_0009 }, { name: "0010_tasks_bonuses", sql: postgres_0010 }, { name: "0011_first_tasks", sql: postgres_0011 }, { name: "0012_conferences", sql: postgres_0012 }, { name: "0013_games", sql: postgres_0013 }, { name: "0014_operators", sql: postgres_0014 }, { name: "0015_operators_log", sql: postgres_0015 }] }
