import { type Cell, cell } from "../cell.ts"
import type { Pass } from "./calls.ts"

/** The stage that the reader is on, if any. */
export const stagePass: Cell<Pass | undefined> = cell(undefined)
