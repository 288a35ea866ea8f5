// Written by scripts/migration.
import sqlite_0000 from "./sqlite/0000_first.sql" with { type: "text" }
import sqlite_0001 from "./sqlite/0001_first_words.sql" with { type: "text" }
import sqlite_0002 from "./sqlite/0002_money.sql" with { type: "text" }
import sqlite_0003 from "./sqlite/0003_first_money.sql" with { type: "text" }
import postgres_0000 from "./postgres/0000_first.sql" with { type: "text" }
import postgres_0001 from "./postgres/0001_first_words.sql" with { type: "text" }
import postgres_0002 from "./postgres/0002_money.sql" with { type: "text" }
import postgres_0003 from "./postgres/0003_first_money.sql" with { type: "text" }

export interface Migration {
  name: string
  sql: string
}

export const migrations: Record<"sqlite" | "postgres", Migration[]> = { sqlite: [{ name: "0000_first", sql: sqlite_0000 }, { name: "0001_first_words", sql: sqlite_0001 }, { name: "0002_money", sql: sqlite_0002 }, { name: "0003_first_money", sql: sqlite_0003 }], postgres: [{ name: "0000_first", sql: postgres_0000 }, { name: "0001_first_words", sql: postgres_0001 }, { name: "0002_money", sql: postgres_0002 }, { name: "0003_first_money", sql: postgres_0003 }] }
