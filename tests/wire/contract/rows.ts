import endpoints from "./endpoints.json"
import errors from "./errors.json"
import extensions from "./extensions.json"
import websocket from "./websocket.json"

/** A call of the contract. */
export interface Row {
  id: string
  methods: string[]
  path: string
  auth: "none" | "token" | "token_uid"
  params: { name: string; required: boolean | null }[]
  /** An answer as the document prints it; null where the answer is no JSON. */
  response: unknown
  /** Keys promised beyond the sample's, in the same shape. */
  extra: unknown
  errors: number[]
}

export interface FrameSample {
  mtype: number
  direction: "client->server" | "server->client" | "both"
  fields: Record<string, unknown>
}

const documented: (Omit<Row, "path"> & { path: string | null })[] = [
  ...(endpoints as (Row & { path: string | null })[]),
  ...(extensions as Row[]),
]

/** Calls to which the document gives no address. */
export const unaddressed = documented.filter((row) => row.path === null).map(({ id }) => id)

/** Every call that has an address, by its id. */
export const rows = new Map<string, Row>()
for (const row of documented) {
  if (row.path === null) continue
  if (rows.has(row.id)) throw new Error(`${row.id} stands twice in the contract`)
  rows.set(row.id, { ...row, path: row.path })
}

export const documentedCodes: number[] = errors.map(({ code }) => code)

/** What the server sends over sockets. */
export const sentFrames = (websocket as FrameSample[]).filter(({ direction }) => direction !== "client->server")

/** @throws when the contract has no such call */
export function rowOf(id: string): Row {
  const row = rows.get(id)
  if (!row) throw new Error(`the contract has no ${id}`)
  return row
}

/** A socket is opened with a GET. */
export const methodsOf = (row: Row) => row.methods.map((method) => (method === "WS" ? "GET" : method))

export const isSocket = (row: Row) => row.methods.includes("WS")
