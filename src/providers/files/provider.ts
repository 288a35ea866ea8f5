import { join } from "node:path"
import { type Config, publicUrlOf } from "../../config.ts"
import type { Keys } from "../../keys.ts"
import type { Log } from "../../log.ts"
import { type BuiltinFiles, builtinFiles } from "./builtin.ts"
import type { FilesProvider } from "./index.ts"
import { createIntake, type Intake } from "./intake.ts"
import { qiniuFiles } from "./qiniu.ts"

/** How long a vendor may take to answer, in milliseconds. */
const askTimeout = 10_000

const megabyte = 1_000_000

interface Ground {
  keys: Pick<Keys, "sign">
  log: Log
  now(): number
}

/** Who keeps pictures. */
export interface FilesProviders {
  /** Where new ones go. */
  current: FilesProvider
  /** This server, which goes on showing what it has kept when another has taken over. */
  builtin: BuiltinFiles
  /** By the name that a file's row has. */
  named(name: string): FilesProvider | undefined
  intake: Intake
  /** The longest file, in bytes. */
  bytesMax: number
}

/**
 * The providers as configured.
 *
 * @throws with a sentence naming the setting that a provider lacks
 */
export function filesProviders(config: Config, { keys, log, now }: Ground): FilesProviders {
  const dir = join(config.dataDir, "files")
  const bounds = { bytesMax: config.filesMbMax * megabyte, pixelsMax: config.filesMegapixelsMax * 1_000_000 }
  const publicUrl = publicUrlOf(config)
  const intake = createIntake({ dir: join(dir, "pending"), freeBytesLeast: config.filesFreeMb * megabyte })
  const sign = (text: string) => keys.sign("files", text)
  const builtin = builtinFiles({ ...bounds, dir, publicUrl, intake, sign, now, log })
  const current = config.filesProvider === "builtin" ? builtin : qiniu(config, { ...bounds, now })
  const named = (name: string) => [current, builtin].find((one) => one.name === name)
  return { current, builtin, named, intake, bytesMax: bounds.bytesMax }
}

interface Bounds {
  bytesMax: number
  pixelsMax: number
  now(): number
}

const qiniu = (config: Config, bounds: Bounds): FilesProvider =>
  qiniuFiles({
    ...bounds,
    // Qiniu calls there.
    publicUrl: needed("PUBLIC_URL", config.publicUrl),
    accessKey: needed("QINIU_ACCESS_KEY", config.qiniuAccessKey),
    secretKey: needed("QINIU_SECRET_KEY", config.qiniuSecretKey),
    buckets: {
      face: {
        bucket: needed("QINIU_FACE_BUCKET", config.qiniuFaceBucket),
        url: needed("QINIU_FACE_DOMAIN", config.qiniuFaceUrl),
      },
      cover: {
        bucket: needed("QINIU_COVER_BUCKET", config.qiniuCoverBucket),
        url: needed("QINIU_COVER_DOMAIN", config.qiniuCoverUrl),
      },
    },
    rsUrl: config.qiniuRsUrl,
    upUrl: config.qiniuUpUrl,
    timeout: askTimeout,
  })

function needed(name: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`Pictures are kept by qiniu, which needs ${name}.`)
  return value
}
