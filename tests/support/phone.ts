import { expect } from "bun:test"
import type { TestApp } from "./app.ts"
import { Socket } from "./socket.ts"

export type Answer = Record<string, unknown> & { ErrCode: number; ErrMsg?: string }

type Values = Record<string, string | number | boolean | undefined>

/** One person's app: it calls over real HTTP, with the token once there is one, and opens real sockets. */
export class Phone {
  token = ""
  uid = 0
  tel = ""

  constructor(
    readonly app: TestApp,
    readonly name: string,
  ) {}

  /** Calls an address: parameters go into the query of a GET and into a form otherwise. */
  async call(method: string, path: string, values: Values = {}): Promise<Answer> {
    const response = await this.fetch(method, path, values)
    return (await response.json()) as Answer
  }

  /** The same, with the status and the headers. */
  fetch(method: string, path: string, values: Values = {}): Promise<Response> {
    const form = formOf({ ...(this.token && { token: this.token }), ...values })
    if (method === "GET") return fetch(`${this.app.url}${path}?${form}`)
    return fetch(`${this.app.url}${path}`, { method, body: form })
  }

  /** Calls and insists on success. */
  async ok(method: string, path: string, values: Values = {}): Promise<Answer> {
    const answer = await this.call(method, path, values)
    expect({ path, ...answer }).toMatchObject({ path, ErrCode: 0 })
    return answer
  }

  /** Calls and insists on one error, told in a sentence. */
  async fails(code: number, method: string, path: string, values: Values = {}): Promise<Answer> {
    const answer = await this.call(method, path, values)
    expect({ path, ...answer }).toMatchObject({ path, ErrCode: code })
    expect(answer.ErrMsg).toMatch(/^[A-Z].*\.$/s)
    return answer
  }

  /** Opens a socket to a room, or to the lobby (0), and waits until it is open. */
  enters(roomId: number, query: Values = {}): Promise<Socket> {
    const form = formOf({ token: this.token, uid: this.uid, ...query })
    const address = `${this.app.url.replace("http", "ws")}/channel/${roomId}/ws?${form}`
    return Socket.open(address)
  }

  /** Goes live and answers the room's id. */
  async opensRoom(values: Values = {}): Promise<number> {
    const { roomid } = await this.ok("POST", "/room/create_room", { room_name: `${this.name}'s room`, ...values })
    return Number(roomid)
  }
}

function formOf(values: Values): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined) form.set(name, String(value))
  return form
}
