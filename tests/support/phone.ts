import { expect } from "bun:test"
import type { TestApp } from "./app.ts"
import { Socket } from "./socket.ts"

export type Answer = Record<string, unknown> & { ErrCode: number; ErrMsg?: string }

export type Plain = Record<string, string | number | boolean | undefined>
/** Parameters, some of them files. */
export type Values = Record<string, string | number | boolean | Blob | undefined>

/** One person's app: it calls over real HTTP, with the token once there is one, and opens real sockets. */
export class Phone {
  token = ""
  uid = 0
  tel = ""

  constructor(
    readonly app: TestApp,
    readonly name: string,
  ) {}

  /** Calls an address: parameters go into the query of a GET and into a form otherwise, a multipart one for files. */
  async call(method: string, path: string, values: Values = {}): Promise<Answer> {
    const response = await this.fetch(method, path, values)
    return (await response.json()) as Answer
  }

  /** The same, with the status and the headers. */
  fetch(method: string, path: string, values: Values = {}): Promise<Response> {
    const all: Values = { ...(this.token && { token: this.token }), ...values }
    if (Object.values(all).some((value) => value instanceof Blob)) {
      return fetch(`${this.app.url}${path}`, { method, body: multipartOf(all) })
    }
    const form = formOf(all as Plain)
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
  enters(roomId: number, query: Plain = {}): Promise<Socket> {
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

function multipartOf(values: Values): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(values)) {
    if (value instanceof Blob) form.append(name, value)
    else if (value !== undefined) form.append(name, String(value))
  }
  return form
}

function formOf(values: Plain): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined) form.set(name, String(value))
  return form
}
