import { type Cell, cell } from "../../../demo/page/cell.ts"
import type { Right } from "../../../rights.ts"

/** Who is at the console. */
export interface Session {
  /** 0 for who came with the token of the settings. */
  uid: number
  nick_name: string
  image: string
  roles: string[]
  rights: Right[]
  page_token: string
}

/** Undefined until the server was asked, null for nobody. */
export const session: Cell<Session | undefined | null> = cell<Session | undefined | null>(undefined)

/** Whether who is here has one of these rights; what they may not do is not shown. */
export const may = (...rights: Right[]): boolean =>
  rights.some((right) => session.value?.rights.includes(right) === true)
