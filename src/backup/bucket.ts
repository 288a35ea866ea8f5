import { createHash } from "node:crypto"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { S3Client } from "bun"
import type { App } from "../app.ts"
import type { Place } from "./place.ts"
import { dropFolder, parcelFolder } from "./stage.ts"

/** A part of an upload, and parts on their way at once: as much is in memory. */
const partBytes = 8 * 1024 * 1024
const partsAtOnce = 4
/** Names asked for in a list. */
const pageBytes = 1_000

/** Whether a place is a bucket, not a folder or a file. */
export const isBucket = (place: string) => place.startsWith("s3://")

/** A bucket of S3, or of whoever speaks it; below a prefix, if the address has one. */
export function bucketPlace(config: App["config"], address: string): Place {
  const { bucket, prefix } = partsOf(address)
  const client = clientOf(config, bucket)
  const keyOf = (name: string) => (prefix === "" ? name : `${prefix}/${name}`)
  return {
    async keep(name, make) {
      const parcels = join(config.dataDir, parcelFolder)
      try {
        // A killed one left what it had.
        await dropFolder(parcels)
        await mkdir(parcels, { mode: 0o700 })
        const backup = await make(join(parcels, name))
        await upload(client, keyOf(name), join(parcels, name))
        return backup
      } finally {
        await dropFolder(parcels)
      }
    },
    async list() {
      const names: string[] = []
      for (let startAfter = ""; ; ) {
        const asked = { prefix: keyOf(""), maxKeys: pageBytes, ...(startAfter && { startAfter }) }
        const { contents = [], isTruncated } = await client.list(asked)
        names.push(...contents.map(({ key }) => key.slice(keyOf("").length)))
        startAfter = contents.at(-1)?.key ?? ""
        if (!isTruncated || startAfter === "") return names
      }
    },
    remove: (name) => client.delete(keyOf(name)),
  }
}

/** The bytes of a backup in a bucket, as they come. */
export function readBucket(config: App["config"], address: string): AsyncIterable<Uint8Array> {
  const { bucket, prefix } = partsOf(address)
  return clientOf(config, bucket).file(prefix).stream()
}

function partsOf(address: string) {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(address) ?? []
  return { bucket, prefix }
}

const clientOf = (config: App["config"], bucket: string) =>
  new S3Client({
    bucket,
    accessKeyId: config.backupS3KeyId ?? "",
    secretAccessKey: config.backupS3Secret ?? "",
    ...(config.backupS3Region && { region: config.backupS3Region }),
    ...(config.backupS3Endpoint && { endpoint: config.backupS3Endpoint }),
  })

/** Uploads a file and reads it again: an answer of 200 does not say what was kept. What is not proven does not stay. */
async function upload(client: S3Client, key: string, path: string): Promise<void> {
  try {
    const sent = await send(client, key, path)
    const kept = createHash("sha256")
    for await (const bytes of client.file(key).stream()) kept.update(bytes)
    if (sent !== kept.digest("hex")) throw new Error("The bucket does not give back what was uploaded.")
  } catch (error) {
    await client.delete(key).catch(() => {})
    throw error
  }
}

/** @returns the SHA-256 of what was sent, in hex */
async function send(client: S3Client, key: string, path: string): Promise<string> {
  const sent = createHash("sha256")
  for await (const bytes of Bun.file(path).stream()) sent.update(bytes)
  // A writer of its own would take in all of a file before the first part is gone.
  await client.write(key, Bun.file(path), { partSize: partBytes, queueSize: partsAtOnce, retry: 3 })
  return sent.digest("hex")
}
