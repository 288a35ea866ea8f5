import { z } from "zod"
import type { FileKind, FilesProvider, NamedFile } from "../providers/files/index.ts"
import { oneOf } from "../wire/fields.ts"

export const GenToken = z.object({ uptype: oneOf(1, 2) })

export const kindOf = (uptype: 1 | 2): FileKind => (uptype === 1 ? "face" : "cover")

/**
 * What an app hands to Qiniu's SDK. Beyond the document: where the SDK is to be pointed at (empty where it knows the place),
 * and where the picture will be found.
 */
export const uploadGrant = (provider: FilesProvider, file: NamedFile, token: string) => ({
  token,
  key: file.key,
  upload_url: provider.uploadUrl ?? "",
  url: provider.addressOf(file),
})

export const placesConfig = (provider: FilesProvider) => ({
  face: provider.placeOf("face"),
  cover: provider.placeOf("cover"),
})
