import { createHmac, hkdfSync, randomBytes } from "node:crypto"
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** The key file inside the data folder, used when DATA_KEY is not set. */
export const keyFile = "data.key"

const keyBytes = 32

/** Secrets derived from the one data key, a different one for each purpose. */
export interface Keys {
  /** HMAC-SHA256 of a text in hex, under the key of that purpose. */
  sign(purpose: string, text: string): string
}

/**
 * Takes DATA_KEY (64 hex digits), else the data folder's key file, which is made readable by its owner alone when missing.
 *
 * @throws when the file is there and holds no key
 */
export function loadKeys({ dataKey, dataDir }: { dataKey: string | undefined; dataDir: string }): Keys {
  return keysFrom(Buffer.from(dataKey ?? fileKey(dataDir), "hex"))
}

function keysFrom(root: Buffer): Keys {
  const derived = new Map<string, Buffer>()
  const keyFor = (purpose: string) => {
    let key = derived.get(purpose)
    if (!key) {
      key = Buffer.from(hkdfSync("sha256", root, "mili", purpose, keyBytes))
      derived.set(purpose, key)
    }
    return key
  }
  return { sign: (purpose, text) => createHmac("sha256", keyFor(purpose)).update(text).digest("hex") }
}

function fileKey(dataDir: string): string {
  const path = join(dataDir, keyFile)
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    makeKey(path)
  }
  const key = readFileSync(path, "utf8").trim()
  if (!/^[0-9a-f]{64}$/.test(key)) throw new Error(`${path} does not hold a key of 64 hex digits.`)
  return key
}

/** Written whole under another name first, and never over a key that somebody else has made meanwhile. */
function makeKey(path: string): void {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${randomBytes(keyBytes).toString("hex")}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    unlinkSync(draft)
  }
}
