import { stopwatch } from "./stats.ts"

/** One keep-alive connection with one request at a time under way. */
export type HttpConnection = {
  /** Sends the bytes of a request and resolves with the answer's status and body; rejects when the connection ends. */
  exchange(request: Uint8Array): Promise<{ status: number; body: Buffer }>
  close(): void
}

/** A request's bytes, HTTP/1.1 keep-alive; with a form it is a POST. */
export function encodeRequest(path: string, form?: Record<string, string>): Uint8Array {
  const body = form ? new URLSearchParams(form).toString() : ""
  const head = form
    ? `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n`
    : `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`
  return Buffer.from(head + body)
}

/** Connects to 127.0.0.1. Answers must carry a Content-Length. */
export async function openConnection(port: number): Promise<HttpConnection> {
  let waiting = Promise.withResolvers<{ status: number; body: Buffer }>()
  let received: Buffer | undefined
  const fail = (error: Error) => {
    waiting.promise.catch(() => {})
    waiting.reject(error)
  }
  const tcp = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data(_, chunk) {
        received = received ? Buffer.concat([received, chunk]) : chunk
        const headEnd = received.indexOf("\r\n\r\n")
        if (headEnd < 0) return
        const head = received.toString("latin1", 0, headEnd)
        const length = /content-length: *(\d+)/i.exec(head)?.[1]
        if (length === undefined) return fail(new Error(`an answer without Content-Length: ${head}`))
        if (received.length < headEnd + 4 + Number(length)) return
        const body = received.subarray(headEnd + 4)
        received = undefined
        waiting.resolve({ status: Number(head.slice(9, 12)), body })
      },
      close: () => fail(new Error("the server closed the connection")),
      error: (_, error) => fail(error),
    },
  })
  return {
    exchange(request) {
      waiting = Promise.withResolvers()
      if (tcp.write(request) !== request.length) fail(new Error("a request did not fit the send buffer"))
      return waiting.promise
    },
    close: () => tcp.end(),
  }
}

/** Throws unless the answer is a 200 whose body says `ErrCode` 0. */
export function assertOk({ status, body }: { status: number; body: Buffer }) {
  if (status !== 200 || body.indexOf('"ErrCode":0') < 0)
    throw new Error(`answered ${status} ${body.toString().slice(0, 200)}`)
}

/** Sends the requests round and round for some seconds, each connection its next one once answered. */
export async function closedLoop(
  port: number,
  requests: Uint8Array[],
  { clients, seconds }: { clients: number; seconds: number },
) {
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(port)))
  const watch = stopwatch()
  const endMs = performance.now() + seconds * 1000
  let sent = 0
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < endMs) {
        const request = requests[sent++ % requests.length]
        if (request) assertOk(await connection.exchange(request))
      }
    }),
  )
  const taken = watch()
  for (const connection of connections) connection.close()
  return { perSecond: sent / taken.seconds, loadShare: taken.cpuShare }
}
