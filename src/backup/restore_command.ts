import { existsSync } from "node:fs"
import { resolve } from "node:path"
import type { App } from "../app.ts"
import { findKeys, keyFingerprint } from "../keys.ts"
import type { Ground } from "./backup.ts"
import { isBucket, readBucket } from "./bucket.ts"
import { notOurs, postgresWords } from "./command.ts"
import type { Manifest } from "./contents.ts"
import { assertKnown, assertNoServer, dataIn, inTheWay, restore } from "./restore.ts"
import { unseal } from "./unsealing.ts"
import { Unusable } from "./unusable.ts"

const usage = "mili restore FILE [--to FOLDER] [--force] [--dry-run]"

interface Order {
  file: string
  to: string
  force: boolean
  dryRun: boolean
}

/**
 * Runs `mili restore FILE [--to FOLDER] [--force] [--dry-run]`; FILE may be `s3://BUCKET/KEY`.
 *
 * @returns the exit code: 0 when it is restored, or could be; 2 when the database is Postgres
 * @throws with a sentence for the operator
 */
export async function runRestore({ config, now }: Ground, args: string[], print: (text: string) => void) {
  const order = read(args, config.dataDir)
  if (config.databaseUrl !== undefined) {
    print(postgresWords(config))
    return notOurs
  }
  const { file, to, force, dryRun } = order
  if (!isBucket(file) && !existsSync(file)) throw new Error(`There is no file ${file}.`)
  const chunks = isBucket(file) ? readBucket(config, file) : Bun.file(file).stream()
  try {
    if (dryRun) return await rehearse(chunks, config, order, print)
    const { manifest, aside } = await restore(chunks, to, { force, now: now() })
    print(`${describe(manifest)}It is restored into ${to}.\n`)
    if (aside) print(`What was there is in ${aside}.\n`)
    print(`${keyWords(config, to, manifest)}Start the server, or run mili migrate, and then mili audit.\n`)
    return 0
  } catch (error) {
    throw error instanceof Unusable ? new Error(`${file} ${error.message}. Nothing was changed.`) : error
  }
}

/** Proves the file and says what would be done; changes nothing. */
async function rehearse(
  chunks: AsyncIterable<Uint8Array>,
  config: App["config"],
  { to, force }: Order,
  print: (text: string) => void,
): Promise<number> {
  await assertNoServer(to)
  const there = await dataIn(to)
  if (there.length > 0 && !force) throw new Error(inTheWay(to, there))
  const manifest = await unseal(chunks, { begin: async (one) => assertKnown(one) })
  print(`${describe(manifest)}It is whole, and would be restored into ${to}.\n`)
  if (there.length > 0) print(`What is there would be put aside: ${there.join(", ")}.\n`)
  print(keyWords(config, to, manifest))
  return 0
}

function read(args: string[], dataDir: string): Order {
  const at = args.indexOf("--to")
  const named = at < 0 ? dataDir : args[at + 1]
  const rest = at < 0 ? args : args.toSpliced(at, 2)
  const flags = rest.filter((one) => one.startsWith("--"))
  const [file, more] = rest.filter((one) => !one.startsWith("--"))
  const strange = flags.find((one) => one !== "--force" && one !== "--dry-run") ?? more
  if (strange !== undefined) throw new Error(`"${strange}" is not understood: ${usage}.`)
  if (file === undefined || named === undefined || named.startsWith("--"))
    throw new Error(`Something is missing: ${usage}.`)
  return { file, to: resolve(named), force: flags.includes("--force"), dryRun: flags.includes("--dry-run") }
}

function describe({ program, madeAt, database, pictures, recordings }: Manifest): string {
  const rows = (table: string) => database.rows[table] ?? 0
  return `A backup of ${madeAt} by mili ${program}: ${rows("users")} users, ${rows("rooms")} rooms, ${rows("gifts")} gifts, \
${rows("transfers")} transfers, ${pictures.count} pictures, ${recordings ? recordings.count : "no"} files of recordings.\n`
}

/** Whether what is sealed can be read with the key that is there, which no backup brings. */
function keyWords(config: App["config"], dataDir: string, { keyFingerprint: wanted }: Manifest): string {
  const keys = findKeys({ dataKey: config.dataKey, dataDir })
  if (keys && keyFingerprint(keys) === wanted) return "The data key that is there is the one it was made with.\n"
  const now = keys ? "The data key that is there is another one" : "There is no data key"
  return `${now}, and no backup holds it. Before a server is started, put the right data.key (fingerprint ${wanted ?? "unknown"}) into
${dataDir}, or set DATA_KEY. Without it nobody can read real names, bank cards and postal addresses for withdrawals, the
secrets of games under way are lost, and codes, upload tokens and stream addresses that are out become invalid.
`
}
