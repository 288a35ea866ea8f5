import { site } from "./media.ts"
import { choice, optional, type Setting, setting, text, url, whole } from "./setting.ts"

/** People's pictures: who keeps them and what they may be. */
export const filesSettings = {
  filesProvider: setting(
    "FILES_PROVIDER",
    "builtin",
    "Who keeps pictures: builtin (the data folder) or qiniu",
    choice("builtin", "qiniu"),
  ),
  filesMbMax: setting("FILES_MB_MAX", "20", "The longest picture that may be uploaded, in megabytes", whole(1, 500)),
  filesMegapixelsMax: setting(
    "FILES_MEGAPIXELS_MAX",
    "25",
    "The most million pixels of a picture; phones that show it must unpack it",
    whole(1, 1_000),
  ),
  filesFreeMb: setting("FILES_FREE_MB", "500", "Uploads stop when less is free on the disk", whole(0, 100_000_000)),
  qiniuFaceBucket: optional("QINIU_FACE_BUCKET", "Qiniu's bucket of people's faces (qiniu)", text),
  qiniuFaceUrl: optional("QINIU_FACE_DOMAIN", "That bucket's domain; with https:// where it can", site),
  qiniuCoverBucket: optional("QINIU_COVER_BUCKET", "Qiniu's bucket of covers; it may be the same", text),
  qiniuCoverUrl: optional("QINIU_COVER_DOMAIN", "That bucket's domain", site),
  qiniuUpUrl: optional(
    "QINIU_UP_URL",
    "Where this server uploads pictures to; without it Qiniu is asked",
    url("http", "https"),
  ),
} satisfies Record<string, Setting<unknown>>
