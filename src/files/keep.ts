import { userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { ImageFault } from "../images/format.ts"
import { type FileKind, FilesUnavailable } from "../providers/files/index.ts"
import type { FilesProviders } from "../providers/files/provider.ts"
import { Refusal, refuse } from "../refusal.ts"
import { newKey } from "./key.ts"
import { filesListener } from "./picture.ts"

export interface PictureOwner {
  userId: number
  kind: FileKind
  /** Leaves a picture of this kind that the person has already. */
  givesWay?: boolean
}

/** Who keeps pictures, and how one that this server has got hold of becomes a person's. */
export interface Files extends FilesProviders {
  /**
   * Makes an image its owner's picture of a kind.
   *
   * @returns the full address under which that picture is found from then on
   * @throws {Refusal} `file.missing` for what is no image that can be shown, with the rest of a sentence that begins with
   * "The image"; `account.unknown`, `account.banned`, `provider.unavailable`
   */
  keep(image: { bytes: Uint8Array }, owner: PictureOwner): Promise<string>
}

export const keeperOf = (app: () => App): Files["keep"] => {
  return ({ bytes }, owner) => keepPicture(app(), async () => bytes, owner)
}

/** The same for an image that is read when its turn comes, so that only few are in memory. */
export async function keepPicture(app: App, read: () => Promise<Uint8Array>, owner: PictureOwner): Promise<string> {
  const { userId, kind, givesWay = false } = owner
  const { current } = app.files
  const file = { kind, key: newKey(kind, userId) }
  try {
    const outcome = await current.put(file, read, filesListener(app, current.name, { givesWay }))
    if (outcome === "kept") return current.addressOf(file)
    const user = await userById(app.db.read, userId)
    if (outcome === "forbidden") refuse("account.banned")
    return kind === "face" ? user.image : user.cover
  } catch (error) {
    if (error instanceof ImageFault) throw new Refusal("file.missing", { message: `The image ${error.message}.` })
    if (!(error instanceof FilesUnavailable)) throw error
    app.log.warn("picture not kept", { provider: current.name, error })
    return refuse("provider.unavailable", { message: "Where pictures are kept cannot be reached; try again shortly." })
  }
}
