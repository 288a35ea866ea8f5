import { join } from "node:path"
import { imageTypes } from "../../images/format.ts"
import type { Log } from "../../log.ts"
import { type UploadDoor, uploadDoor } from "./builtin/door.ts"
import { createFinisher } from "./builtin/finish.ts"
import { createPieces } from "./builtin/pieces.ts"
import { writeToken } from "./builtin/policy.ts"
import { createRecent } from "./builtin/recent.ts"
import { createStore } from "./builtin/store.ts"
import { viewResponse } from "./builtin/view.ts"
import type { FilesProvider, KeptFile } from "./index.ts"
import type { Intake } from "./intake.ts"

/** How long a token lives, in seconds: an app asks for one when a picture was picked. */
const tokenTtl = 3_600
/** The name under which tokens are signed here; it means nothing to anybody else. */
const accessKey = "mili"

export interface BuiltinOptions {
  /** The folder of the files. */
  dir: string
  /** How the world reaches this server's HTTP, without a slash at the end. */
  publicUrl: string
  /** The longest file. */
  bytesMax: number
  pixelsMax: number
  intake: Intake
  /** HMAC-SHA256 in hex of a text, under a key of this purpose. */
  sign(text: string): string
  /** Milliseconds since 1970. */
  now(): number
  log: Log
}

export interface BuiltinFiles extends FilesProvider {
  /** Answers Qiniu's SDKs. */
  upload: UploadDoor
  /** Shows a file; undefined when its bytes are not there. */
  view(file: Pick<KeptFile, "content" | "type">, request: Request): Promise<Response | undefined>
  /** Finds what a former process left, and removes what it did not finish. */
  open(): Promise<void>
  /**
   * Removes pieces that waited too long, and bytes that nobody refers to, as a crash may leave them.
   *
   * @param areWanted which of these somebody refers to
   */
  tidy(areWanted: (contents: string[]) => Promise<Set<string>>): Promise<void>
}

/** Pictures without anything installed beside this server: uploaded as to Qiniu, kept in the data folder, shown at `/files/KEY`. */
export function builtinFiles({
  dir,
  publicUrl,
  bytesMax,
  pixelsMax,
  intake,
  sign,
  now,
  log,
}: BuiltinOptions): BuiltinFiles {
  const keys = { accessKey, secretKey: sign("uploads") }
  const store = createStore(join(dir, "kept"), intake.draft)
  const pieces = createPieces({ dir: join(dir, "pending"), bytesMax, now })
  const finisher = createFinisher({ store, bytesMax, pixelsMax, now })
  const place = `${publicUrl}/files`
  const ground = { keys, intake, pieces, finisher, recent: createRecent(now), bytesMax, publicUrl, now }
  return {
    name: "builtin",
    uploadUrl: publicUrl,
    uploadToken: async ({ kind, key }, userId) =>
      writeToken(keys, {
        scope: `${kind}:${key}`,
        deadline: Math.floor(now() / 1_000) + tokenTtl,
        insertOnly: 1,
        fsizeLimit: bytesMax,
        fsizeMin: 1,
        detectMime: 1,
        mimeLimit: imageTypes.join(";"),
        endUser: String(userId),
        returnBody: answerTemplate,
      }),
    placeOf: () => place.replace(/^https?:\/\//, ""),
    addressOf: ({ key }) => `${place}/${key}`,
    put: finisher.put,
    remove: ({ content }, isWanted) => store.remove(content, isWanted),
    upload: uploadDoor(ground, log),
    async view({ content, type }, request) {
      const path = store.pathOf(content)
      return (await Bun.file(path).exists()) ? viewResponse(path, content, type, request) : undefined
    },
    async open() {
      await intake.open()
      await pieces.open()
    },
    async tidy(areWanted) {
      await pieces.dropOld()
      for await (const contents of store.contents()) {
        const wanted = await areWanted(contents)
        for (const content of contents.filter((one) => !wanted.has(one))) {
          await store.remove(content, async () => (await areWanted([content])).has(content))
        }
      }
    },
    check: async () => undefined,
  }
}

/** What an app hears of its upload, by Qiniu's names of things. */
const answerTemplate = `{${[
  '"key":$(key)',
  '"hash":$(etag)',
  '"fsize":$(fsize)',
  '"mimeType":$(mimeType)',
  '"width":$(imageInfo.width)',
  '"height":$(imageInfo.height)',
].join()}}`
