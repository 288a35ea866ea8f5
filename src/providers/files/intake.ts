import { mkdir, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { draftSuffix, realDisk } from "../../storage/disk.ts"
import { arriving } from "./arrival.ts"
import { type Fields, type FormFile, readMultipart } from "./multipart.ts"
import { createSlots } from "./slots.ts"
import { openSpool, type Spooled } from "./spool.ts"

/**
 * Uploads under way at once, in all and of one address or person: an app sends three pieces side by side, and many people
 * may share an address.
 */
const underWay = { all: 256, each: 16 }

/** What stands in a form beside its file, in bytes: more than a token and variables of an app's own come to. */
const besideFile = 256 * 1024

/** There is no place for another upload now, or no room on the disk. */
export class Busy extends Error {
  override readonly name = "Busy"
}

/** A form that is read, with its file on the disk; gone when it is disposed of. */
export interface ReadForm extends AsyncDisposable {
  fields: Fields
  file: (FormFile & Spooled & { path: string }) | undefined
}

/** Takes in what is uploaded, within bounds, before it is known whether it is worth anything. */
export interface Intake {
  /** Removes what a former process left unfinished. */
  open(): Promise<void>
  /** Where something on its way may be written; what is left there is removed at the next start. */
  draft(): string
  /** Holds a place while an upload is under way. @throws {Busy} */
  enter(who: string): Promise<Disposable>
  /**
   * Reads a multipart form with a file in the field of this name, of `most` bytes at most.
   *
   * @throws {FormFault} {@link TooLong} {@link Incomplete}
   */
  readForm(request: Request, field: string, most: number): Promise<ReadForm>
}

export function createIntake({ dir, freeBytesLeast }: { dir: string; freeBytesLeast: number }): Intake {
  const slots = createSlots(underWay)
  const draft = () => join(dir, `${crypto.randomUUID()}${draftSuffix}`)
  return {
    async open() {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      const left = (await readdir(dir)).filter((name) => name.endsWith(draftSuffix))
      for (const name of left) await rm(join(dir, name), { force: true })
    },
    draft,
    async enter(who) {
      const leave = slots.take(who)
      if (!leave) throw new Busy("too many uploads are under way")
      try {
        if ((await realDisk.free(dir)) < freeBytesLeast) throw new Busy("the disk is full")
      } catch (error) {
        leave()
        throw error
      }
      return { [Symbol.dispose]: leave }
    },
    async readForm(request, field, most) {
      const path = draft()
      const remove = () => rm(path, { force: true })
      try {
        return { ...(await readInto(request, field, most, path)), [Symbol.asyncDispose]: remove }
      } catch (error) {
        await remove()
        throw error
      }
    },
  }
}

async function readInto(request: Request, field: string, most: number, path: string) {
  await using open = new AsyncDisposableStack()
  let file: FormFile | undefined
  let spool: Awaited<ReturnType<typeof openSpool>> | undefined
  const contentType = request.headers.get("content-type") ?? ""
  const fields = await readMultipart(contentType, arriving(request.body, most + besideFile), (found) => {
    // Of two files the first counts.
    if (found.field !== field || file) return undefined
    file = found
    return async (bytes) => {
      spool ??= open.use(await openSpool(path, most))
      await spool.add(bytes)
    }
  })
  return { fields, file: file && spool && { ...(file as FormFile), ...spool.end(), path } }
}
