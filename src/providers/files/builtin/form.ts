import type { QiniuKeys } from "../../media/qiniu_sign.ts"
import type { FilesListener } from "../index.ts"
import type { Intake } from "../intake.ts"
import type { Finisher } from "./finish.ts"
import { ownerOf, readToken } from "./policy.ts"
import { UploadFault } from "./reply.ts"
import { ownVariables } from "./variables.ts"

interface Options {
  keys: QiniuKeys
  intake: Intake
  finisher: Finisher
  bytesMax: number
  now(): number
}

/** A whole file in a form: what Qiniu's apps do with files of up to 4 MiB. */
export function formUpload({ keys, intake, finisher, bytesMax, now }: Options) {
  return async (request: Request, listener: FilesListener): Promise<object> => {
    await using form = await intake.readForm(request, "file", bytesMax)
    const { fields, file } = form
    if (fields["token"] === undefined) throw new UploadFault(400, "token not specified")
    const policy = readToken(keys, fields["token"], now())
    if (!file) throw new UploadFault(400, "file is not specified in multipart")
    if (fields["crc32"] !== undefined && Number(fields["crc32"]) !== file.crc32) {
      throw new UploadFault(406, "crc32 mismatch")
    }
    using _ = await intake.enter(ownerOf(policy))
    const upload = {
      policy,
      key: fields["key"],
      pieces: [{ path: file.path, bytes: file.bytes }],
      type: file.type,
      fileName: fields["fname"] || file.name,
      variables: ownVariables(Object.entries(fields)),
    }
    // Not before it is done is the file removed.
    return await finisher.finish(upload, listener)
  }
}
