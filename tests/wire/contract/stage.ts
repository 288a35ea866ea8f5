import type { TestApp } from "../../support/app.ts"
import { registers } from "../../support/cast.ts"
import { Phone, type Plain, type Values } from "../../support/phone.ts"
import { isSocket, type Row } from "./rows.ts"

/** What the calls of the contract play on. */
export interface Stage {
  app: TestApp
  /** Hosts `roomId`, and is in it. */
  ana: Phone
  /** A viewer there. */
  bo: Phone
  roomId: number
  /** Has no account. */
  stranger: Phone
}

export async function setStage(app: TestApp): Promise<Stage> {
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  const roomId = await ana.opensRoom()
  for (const phone of [ana, bo]) await (await phone.enters(roomId)).settles()
  return { app, ana, bo, roomId, stranger: new Phone(app, "a stranger") }
}

/** A call that succeeds once everything it needs has been set up. */
export interface Call {
  phone: Phone
  values: Values
  /** The address, where it is not the row's as it stands. */
  path?: string
  /** Where it is not 200: a vendor's call is refused to anybody else. */
  status?: number
}

/** Makes a call, changed or not, and tells its code; a socket enters its room and says something there. */
export async function codeOf(row: Row, method: string, call: Call, changes: Values = {}): Promise<number> {
  const values = { ...call.values, ...changes }
  const path = call.path ?? row.path
  if (isSocket(row)) return codeOfSocket(call.phone, Number(path.split("/")[2]), values as Plain)
  const answer: unknown = await call.phone.call(method, path, values)
  return Array.isArray(answer) ? 0 : (answer as { ErrCode: number }).ErrCode
}

async function codeOfSocket(phone: Phone, roomId: number, values: Plain): Promise<number> {
  const socket = await phone.enters(roomId, values)
  const words = crypto.randomUUID()
  socket.says(words)
  const frame = await socket.hears(({ mtype, msg }) => mtype === 4 || (mtype === 1 && msg === words))
  await socket.leaves()
  return frame.mtype === 4 ? Number(frame["err"]) : 0
}
