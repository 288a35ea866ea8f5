import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto"
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** The key file inside the data folder, used when DATA_KEY is not set. */
export const keyFile = "data.key"

const keyBytes = 32

/** How sealed texts are made; stands before each, so that another way can follow without a guess at the old ones. */
const sealVersion = "v1"
const cipher = "aes-256-gcm"
const nonceBytes = 12
const tagBytes = 16

/** Secrets derived from the one data key, a different one for each purpose. */
export interface Keys {
  /** HMAC-SHA256 of a text in hex, under the key of that purpose. */
  sign(purpose: string, text: string): string
  /** Encrypts a text (AES-256-GCM) under the key of that purpose; the same text comes out different every time. */
  seal(purpose: string, text: string): string
  /** @throws when the text was sealed for another purpose or under another data key, or was changed since */
  unseal(purpose: string, sealed: string): string
}

/**
 * Takes DATA_KEY (64 hex digits), else the data folder's key file, which is made readable by its owner alone when missing.
 *
 * @throws when the file is there and holds no key
 */
export function loadKeys({ dataKey, dataDir }: { dataKey: string | undefined; dataDir: string }): Keys {
  return keysFrom(Buffer.from(dataKey ?? fileKey(dataDir), "hex"))
}

/** The same, without making a key: undefined where there is none. */
export function findKeys(options: Parameters<typeof loadKeys>[0]): Keys | undefined {
  const isThere = options.dataKey !== undefined || existsSync(join(options.dataDir, keyFile))
  return isThere ? loadKeys(options) : undefined
}

/** Tells one data key from another, and nothing about it. */
export const keyFingerprint = (keys: Pick<Keys, "sign">): string => keys.sign("fingerprint", "").slice(0, 16)

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
  const sealingKey = (purpose: string) => keyFor(`seal ${sealVersion} ${purpose}`)
  return {
    sign: (purpose, text) => createHmac("sha256", keyFor(purpose)).update(text).digest("hex"),
    seal: (purpose, text) => encrypt(sealingKey(purpose), text),
    unseal: (purpose, sealed) => decrypt(sealingKey(purpose), sealed),
  }
}

/** `v1.` and the nonce, the tag and the encrypted text in base64url. */
function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(nonceBytes)
  const encryption = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes })
  const encrypted = Buffer.concat([encryption.update(text, "utf8"), encryption.final()])
  return `${sealVersion}.${Buffer.concat([nonce, encryption.getAuthTag(), encrypted]).toString("base64url")}`
}

function decrypt(key: Buffer, sealed: string): string {
  const [version, content = ""] = sealed.split(".")
  if (version !== sealVersion) throw new Error("The text was not sealed in a way known here.")
  const bytes = Buffer.from(content, "base64url")
  const decryption = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decryption.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  return decryption.update(bytes.subarray(nonceBytes + tagBytes), undefined, "utf8") + decryption.final("utf8")
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
