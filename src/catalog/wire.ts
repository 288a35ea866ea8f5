import { z } from "zod"
import { platform } from "../tasks/wire.ts"
import { text } from "../wire/fields.ts"
import type { Release } from "./release.ts"

export const VersionUpdate = z.object({ platform, version: text(1, 32).optional() })

/** What an app compares itself with; `force` when it is too old to sign in. */
export const releaseObject = ({ version, url, isForced, news }: Release) => ({
  version,
  url,
  force: isForced,
  desc: news,
})
