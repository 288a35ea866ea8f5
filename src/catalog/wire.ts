import { z } from "zod"
import type { App } from "../app.ts"
import { platform } from "../tasks/wire.ts"
import { address, flag, id, page, text } from "../wire/fields.ts"
import { createClock } from "../wire/times.ts"
import type { Notice } from "./notice.ts"
import type { Release } from "./release.ts"

export const VersionUpdate = z.object({ platform, version: text(1, 32).optional() })

/** Here nobody is an Android app for not saying so. */
const named = z.enum(["android", "ios"], { error: "must be android or ios" })

export const AnnounceRelease = z.object({
  platform: named,
  version: text(1, 32).refine((version) => /^\d+(\.\d+)*$/.test(version), {
    error: "must be numbers with points between",
  }),
  url: address(),
  desc: text(0, 2_000).default(""),
})
export const WithdrawRelease = z.object({ platform: named })

export const Notices = z.object(page)
export const AddNotice = z.object({ text: text(1, 500), on: flag().default(true) })
export const ChangeNotice = z.object({ id: id(), text: text(1, 500).optional(), on: flag().optional() })

/** What an app compares itself with; `force` when it is too old to sign in. */
export const releaseObject = ({ version, url, isForced, news }: Release) => ({
  version,
  url,
  force: isForced,
  desc: news,
})

/** A notice as the operator keeps it. */
export function noticeRow(app: Pick<App, "config">) {
  const clock = createClock(app.config)
  return ({ id, text, isOn, createdAt }: Notice) => ({
    id: String(id),
    text,
    on: isOn,
    create_time: clock.plain(createdAt),
  })
}
