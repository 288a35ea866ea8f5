import { refuse } from "../refusal.ts"

/** What is to change of a row; what is undefined stays. */
export type Change<Row> = { [Column in keyof Row]?: Row[Column] | undefined }

/** Makes sure that a change of a row changes something. @throws {Refusal} `input.invalid` */
export function assertChanges(change: Record<string, unknown>): void {
  if (Object.values(change).every((value) => value === undefined)) {
    refuse("input.invalid", { message: "Nothing was told that is to change." })
  }
}
