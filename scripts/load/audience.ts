import { isChat } from "./frames.ts"
import { type ChatSocket, openSocket } from "./socket.ts"

/** Sockets connected to one server, and what they have received since the last talk began. */
export type Audience = {
  sockets: Set<ChatSocket>
  deliveries: number
  /** Delays of the sampled sockets' deliveries in milliseconds, from the time each message was due. */
  delaysMs: number[]
  /** When each message of this talk was due, on the clock of `performance.now()`. */
  dueMs: number[]
  /** Number of messages sent before this talk; every text carries its own number, so none repeats. */
  sentBefore: number
  closeCodes: number[]
  /** Sockets that have just been read, and when they are read again. */
  resting: { socket: ChatSocket; untilMs: number }[]
  /** Wakes the resting ones. */
  waker: Timer
}

const SAMPLED_SOCKETS = 20
const CONNECTING_AT_ONCE = 100
/**
 * The sampled sockets are read at once, the others this seldom: a read a delivery would cost the generator as much as
 * the server pays for sending, and its own slowness would then be measured.
 */
const READ_EVERY_MS = 40
const WAKE_EVERY_MS = 4

/** Connects one socket for each path. Some, spread evenly, decode each message to measure its delay; all count. */
export async function gather(port: number, paths: string[]): Promise<Audience> {
  const audience: Audience = {
    sockets: new Set(),
    deliveries: 0,
    delaysMs: [],
    dueMs: [],
    sentBefore: 0,
    closeCodes: [],
    resting: [],
    waker: setInterval(() => wake(audience), WAKE_EVERY_MS),
  }
  const sampledEvery = Math.ceil(paths.length / SAMPLED_SOCKETS)
  for (let from = 0; from < paths.length; from += CONNECTING_AT_ONCE) {
    const batch = paths.slice(from, from + CONNECTING_AT_ONCE)
    await Promise.all(batch.map((path, i) => join(audience, port, path, (from + i) % sampledEvery === 0)))
  }
  const [code] = audience.closeCodes
  if (code !== undefined) {
    throw new Error(`the server closed ${audience.closeCodes.length} sockets, the first with ${code}`)
  }
  return audience
}

/** Drops all connections. */
export function dismiss(audience: Audience) {
  clearInterval(audience.waker)
  for (const socket of audience.sockets) socket.terminate()
  audience.sockets.clear()
}

/** The text of a message by its number; the sampled sockets find the number in it again. */
export function chatText(number: number): string {
  return `{"mtype":1,"msg":"hello everyone, number #${number}"}`
}

async function join(audience: Audience, port: number, path: string, sampled: boolean) {
  const decoder = new TextDecoder()
  let socket: ChatSocket | undefined
  socket = await openSocket(port, path, {
    text(bytes, start, end) {
      if (!isChat(bytes, start)) return
      audience.deliveries++
      if (sampled) noteDelay(audience, decoder.decode(bytes.subarray(start, end)))
    },
    read() {
      if (sampled || !socket) return
      socket.pause()
      audience.resting.push({ socket, untilMs: performance.now() + READ_EVERY_MS })
    },
    close(code) {
      audience.closeCodes.push(code)
      if (socket) audience.sockets.delete(socket)
    },
  })
  audience.sockets.add(socket)
}

function noteDelay(audience: Audience, text: string) {
  const { msg } = JSON.parse(text) as { msg: string }
  const dueMs = audience.dueMs[Number(msg.slice(msg.indexOf("#") + 1)) - audience.sentBefore]
  if (dueMs !== undefined) audience.delaysMs.push(performance.now() - dueMs)
}

function wake({ resting }: Audience) {
  const nowMs = performance.now()
  const rested = resting.findIndex(({ untilMs }) => untilMs > nowMs)
  for (const { socket } of resting.splice(0, rested < 0 ? resting.length : rested)) socket.resume()
}
