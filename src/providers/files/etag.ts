import { createHash, type Hash } from "node:crypto"

const block = 4 * 1024 * 1024

/** Qiniu's hash of a file: SHA-1, and of a file over 4 MiB SHA-1 over the SHA-1 of each block of that size. */
export interface Etag {
  add(bytes: Uint8Array): void
  /** 28 characters; asked once, at the end. */
  end(): string
}

export function createEtag(): Etag {
  const blocks: Buffer[] = []
  let current: Hash = createHash("sha1")
  let filled = 0
  return {
    add(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (filled === block) {
          blocks.push(current.digest())
          current = createHash("sha1")
          filled = 0
        }
        const some = bytes.subarray(at, at + block - filled)
        current.update(some)
        filled += some.length
        at += some.length
      }
    },
    end() {
      const last = current.digest()
      if (blocks.length === 0) return written(0x16, last)
      const all = createHash("sha1")
      for (const one of [...blocks, last]) all.update(one)
      return written(0x96, all.digest())
    },
  }
}

export function etagOf(bytes: Uint8Array): string {
  const etag = createEtag()
  etag.add(bytes)
  return etag.end()
}

const written = (mark: number, digest: Buffer) =>
  Buffer.concat([Buffer.from([mark]), digest])
    .toString("base64")
    .replaceAll("+", "-")
    .replaceAll("/", "_")
