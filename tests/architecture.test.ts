import { describe, expect, test } from "bun:test"
import { dirname, join, normalize } from "node:path"
import { Glob } from "bun"

const source = join(import.meta.dir, "../src")

/** Features from the lowest to the highest: a noun may know nouns of its own and of lower ones. */
const features = [
  "audit",
  "words",
  "switches",
  "accounts",
  "real_names",
  "files",
  "profiles",
  "social",
  "letters",
  "rooms",
  "wallet",
  "gifts",
  "payments",
  "withdrawals",
  "tasks",
  "bonuses",
  "playback",
  "streams",
  "conferences",
  "games",
  "ledger_audit",
  "backup",
  "moderation",
  "catalog",
  "admin",
  "demo",
  "console",
]

const edges = new Set(["routes.ts", "socket.ts"])
/** Files of the composition, which may import anything. */
const composition = new Set(["main.ts", "serve.ts", "compose.ts", "http.ts", "doctor.ts"])

interface Source {
  path: string
  folder: string
  name: string
  text: string
  imports: string[]
  packages: string[]
}

const files: Source[] = await Promise.all(
  [...new Glob("**/*.{ts,tsx}").scanSync(source)].sort().map(async (path) => {
    const text = await Bun.file(join(source, path)).text()
    const named = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, name]) => name ?? "")
    return {
      path,
      folder: path.includes("/") ? (path.split("/")[0] ?? "") : "",
      name: path.split("/").at(-1) ?? "",
      text,
      imports: named.filter((name) => name.startsWith(".")).map((name) => normalize(join(dirname(path), name))),
      packages: named.filter((name) => !name.startsWith(".")),
    }
  }),
)

const isFeature = (folder: string) => features.includes(folder)
const isEdge = (target: string) => isFeature(target.split("/")[0] ?? "") && edges.has(target.split("/").at(-1) ?? "")
const isNoun = ({ folder, name }: Source) => isFeature(folder) && !edges.has(name) && name !== "wire.ts"

/** Every offence as a line, so that a failure says what to mend. */
const offences = (find: (file: Source) => string[]) =>
  files.flatMap((file) => find(file).map((what) => `${file.path}: ${what}`))

describe("the house", () => {
  test("only the composition and the drawings of a feature's edge know routes", () => {
    expect(offences(({ path, imports }) => (composition.has(path) ? [] : imports.filter(isEdge)))).toEqual([])
  })

  test("routes know their own feature and the wire", () => {
    expect(
      offences(({ folder, name, imports }) =>
        edges.has(name)
          ? imports.filter((target) => isFeature(target.split("/")[0] ?? "") && !target.startsWith(`${folder}/`))
          : [],
      ),
    ).toEqual([])
  })

  test("nouns know no wire, no web framework, no configuration and no vendor", () => {
    const foreign = /^(hono|@hono|zod|qiniu)/
    expect(
      offences((file) => {
        if (!isNoun(file)) return []
        const wires = file.imports.filter((target) => /(^|\/)wire(\.ts$|\/)/.test(target) || target === "config.ts")
        return [...wires, ...file.packages.filter((name) => foreign.test(name))]
      }),
    ).toEqual([])
  })

  test("a feature knows only features below it, but may join any table", () => {
    expect(
      offences(({ folder, imports }) =>
        isFeature(folder)
          ? imports.filter((target) => {
              const other = target.split("/")[0] ?? ""
              const below = features.indexOf(other) <= features.indexOf(folder)
              return isFeature(other) && !below && !target.endsWith("/tables.ts")
            })
          : [],
      ),
    ).toEqual([])
  })

  test("what is below the features knows none of them", () => {
    const foundations = new Set(["db", "realtime", "jobs", "providers", "video", "images", "fetching", "storage"])
    expect(
      offences(({ folder, imports }) =>
        foundations.has(folder) ? imports.filter((target) => isFeature(target.split("/")[0] ?? "")) : [],
      ),
    ).toEqual([])
  })

  test("no file imports itself by a roundabout way", () => {
    const known = new Map(files.map((file) => [file.path, valueImports(file)]))
    const cycles: string[] = []
    const visit = (path: string, trail: string[]) => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "))
        return
      }
      if (done.has(path)) return
      for (const target of known.get(path) ?? []) visit(target, [...trail, path])
      done.add(path)
    }
    const done = new Set<string>()
    for (const path of known.keys()) visit(path, [])
    expect(cycles).toEqual([])
  })

  test("no file is longer than 300 lines", () => {
    expect(offences(({ text }) => (text.split("\n").length > 300 ? ["too long"] : []))).toEqual([])
  })
})

/** Imports that exist when the program runs; a type may point anywhere. */
function valueImports({ path, text }: Source): string[] {
  return [...text.matchAll(/import\s+(?!type\b)([^"]*?)from\s+"(\.[^"]+)"/g)]
    .filter(([, names]) => !/^\{(\s*type\s+\w+\s*,?)+\}\s*$/.test(names ?? ""))
    .map(([, , target]) => normalize(join(dirname(path), target ?? "")))
}

describe("the database's two engines", () => {
  const banned: [RegExp, string][] = [
    [/\.(get|all|run)\(\)/, "drizzle's get, all and run exist on SQLite alone: use arrays"],
    [/\btx\.transaction\(/, "a write does not nest"],
    [/onConflictDoNothing\(\{/, "onConflictDoNothing takes no target"],
    [/sql<(number|boolean)>/, "the engines' own types come back: use mapWith, count() or eq()"],
    [/\b(like|ilike)\(/, "LIKE folds case differently: lower() and an explicit escape"],
    [/\bfrom "bun:sqlite"/, "one engine by name"],
    [/\bfrom "drizzle-orm\/(sqlite|pg)-core"/, "one engine by name"],
  ]

  test("features use what both engines share", () => {
    expect(
      offences(({ folder, text }) =>
        isFeature(folder) ? banned.filter(([pattern]) => pattern.test(text)).map(([, why]) => why) : [],
      ),
    ).toEqual([])
  })

  test("every update, insert and delete asks what it changed", () => {
    expect(
      offences(({ folder, text }) => {
        if (!isFeature(folder)) return []
        const statements = text.match(/\b(tx|db)\s*\.(update|insert|delete)\([\s\S]*?(?=\n\n|\n\}|;)/g) ?? []
        return statements.filter((statement) => !statement.includes(".returning(")).map((one) => one.slice(0, 60))
      }),
    ).toEqual([])
  })

  test("every SQLite table is STRICT", async () => {
    const folder = join(source, "db/migrations/sqlite")
    for (const name of new Glob("*.sql").scanSync(folder)) {
      const tables = (await Bun.file(join(folder, name)).text()).match(/CREATE TABLE [^;]*;/g) ?? []
      expect(tables.filter((table) => !table.endsWith("STRICT;"))).toEqual([])
    }
  })
})

test("the environment is read where the program starts and where the engine is picked, nowhere else", () => {
  const allowed = new Set(["main.ts", "db/kit.ts"])
  expect(
    offences(({ path, text }) => (/(process|Bun)\.env/.test(text) && !allowed.has(path) ? ["reads it"] : [])),
  ).toEqual([])
})
