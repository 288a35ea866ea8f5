import { type Cell, cell } from "../cell.ts"

/** Whether the window for signing in is open. */
export const door: Cell<boolean> = cell(false)

export const askToSignIn = () => door.set(true)
