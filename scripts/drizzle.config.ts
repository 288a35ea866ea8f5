import { defineConfig } from "drizzle-kit"

const engine = process.env["ENGINE"] === "postgres" ? "postgres" : "sqlite"

/** Run by `scripts/migration` once an engine; the tables pick their engine by DATABASE_URL. */
export default defineConfig({
  dialect: engine === "postgres" ? "postgresql" : "sqlite",
  schema: ["./src/db/tables.ts", "./src/*/tables.ts"],
  out: `./src/db/migrations/${engine}`,
  casing: "snake_case",
})
