import { Socket } from "../support/socket.ts"

export type Answer = Record<string, unknown> & { ErrCode: number }

const formOf = (values: object) =>
  new URLSearchParams(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])))

/** Calls the server as a phone does. @throws when the connection breaks, which tells nothing about what was done */
export async function call(url: string, method: "GET" | "POST", path: string, values: object): Promise<Answer> {
  const form = formOf(values)
  const response = await (method === "GET"
    ? fetch(`${url}${path}?${form}`)
    : fetch(`${url}${path}`, { method, body: form }))
  return (await response.json()) as Answer
}

/** Opens a socket to a room. @throws when the server is gone */
export function enter(url: string, roomId: number, values: object): Promise<Socket> {
  return Socket.open(`${url.replace("http", "ws")}/channel/${roomId}/ws?${formOf(values)}`)
}

/** Somebody's connection broke before an answer came: nobody knows what was done. */
export class Unanswered extends Error {}

/** An answer, or {@link Unanswered} thrown. */
export const answered = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((cause) => {
    throw new Unanswered("no answer came", { cause })
  })
