import { readdirSync } from "node:fs"
import { join } from "node:path"

/**
 * Finishes what drizzle-kit wrote: SQLite's tables become STRICT, so that they hold what the column says, and the list
 * that embeds every file into the binary is written anew.
 */
const folder = join(import.meta.dir, "../src/db/migrations")
const engines = ["sqlite", "postgres"] as const

const files = (engine: string) =>
  readdirSync(join(folder, engine))
    .filter((name) => name.endsWith(".sql"))
    .sort()

for (const name of files("sqlite")) {
  const file = join(folder, "sqlite", name)
  const sql = await Bun.file(file).text()
  const strict = sql.replace(/^(CREATE TABLE [^;]*\n)\);/gm, "$1) STRICT;")
  if (strict !== sql) await Bun.write(file, strict)
}

const variable = (engine: string, name: string) => `${engine}_${name.slice(0, 4)}`
const imports = engines.flatMap((engine) =>
  files(engine).map((name) => `import ${variable(engine, name)} from "./${engine}/${name}" with { type: "text" }`),
)
const lists = engines.map((engine) => {
  const rows = files(engine).map((name) => `{ name: "${name.slice(0, -4)}", sql: ${variable(engine, name)} }`)
  return `${engine}: [${rows.join(", ")}]`
})

await Bun.write(
  join(folder, "list.ts"),
  `// Written by scripts/migration.
${imports.join("\n")}

export interface Migration {
  name: string
  sql: string
}

export const migrations: Record<"sqlite" | "postgres", Migration[]> = { ${lists.join(", ")} }
`,
)
