import { randomBytes } from "node:crypto"
import type { FileKind, NamedFile } from "../providers/files/index.ts"

/** A name for one file of a person, which nobody else can be given and which is never given again: `face_7_…`. */
export const newKey = (kind: FileKind, userId: number) => `${kind}_${userId}_${randomBytes(12).toString("hex")}`

const form = /^([a-z]+)_([1-9]\d{0,15})_[0-9a-f]{24}$/

/** Whether somebody may ever have been given this name. */
export const isKey = (key: string) => form.test(key)

/** Whose file a name is for; undefined when it is no name of ours, or of another kind. */
export function ownerOfKey({ kind, key }: NamedFile): number | undefined {
  const [, named, userId] = form.exec(key) ?? []
  const id = Number(userId)
  return named === kind && Number.isSafeInteger(id) ? id : undefined
}
