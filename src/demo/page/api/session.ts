import { type Cell, cell } from "../cell.ts"

/** Who is signed in here. */
export interface Account {
  token: string
  uid: number
  nickName: string
  image: string
  diamonds: number
}

const shelf = "mili.account"

/** Kept over a reload, in this browser alone. */
export const account: Cell<Account | undefined> = cell(stored())

/** Why the last session ended, when the reader did not end it. */
export const farewell: Cell<string | undefined> = cell(undefined)

account.listen((value) => {
  try {
    if (value) localStorage.setItem(shelf, JSON.stringify(value))
    else localStorage.removeItem(shelf)
  } catch {
    // A browser that keeps nothing still works until it is closed.
  }
})

/** Forgets a token that the server takes no more, unless another one took its place meanwhile. */
export function endSession(token: string, why: string | undefined): void {
  if (account.value?.token !== token) return
  account.set(undefined)
  farewell.set(why)
}

/** Changes what is known of whoever holds a token. */
export function amendAccount(token: string, change: Partial<Account>): void {
  const current = account.value
  if (current?.token === token) account.set({ ...current, ...change })
}

function stored(): Account | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(shelf) ?? "null")
    return isAccount(found) ? found : undefined
  } catch {
    return undefined
  }
}

function isAccount(value: unknown): value is Account {
  if (typeof value !== "object" || value === null || !("token" in value && "uid" in value)) return false
  return typeof value.token === "string" && typeof value.uid === "number"
}
