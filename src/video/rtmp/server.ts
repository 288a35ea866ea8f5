import type { Socket } from "bun"
import type { Log } from "../../log.ts"
import type { Studio } from "../packet.ts"
import { defaultLimits, type Limits } from "./limits.ts"
import { Networks, plainAddress } from "./networks.ts"
import { type House, Session } from "./session.ts"

export interface RtmpServer {
  readonly port: number
  /** Open connections, whatever they do. */
  connections(): number
  /** Takes no more connections, says farewell on those there are, and resolves once all are gone; it takes moments. */
  close(): Promise<void>
}

interface Options {
  /** 0 for any that is free. */
  port: number
  hostname: string
  studio: Studio
  log?: Log
  limits?: Partial<Limits>
}

type Line = Socket<Session | undefined>

/**
 * Serves RTMP: publishers feed the studio, and players get what it has.
 *
 * @throws {Error} with a sentence when the port cannot be listened on
 */
export function listenRtmp({ port, hostname, studio, log, limits: own }: Options): RtmpServer {
  const limits = { ...defaultLimits, ...own }
  const house: House = { studio, limits, log, now: () => performance.now() }
  const sessions = new Set<Session>()
  const networks = new Networks()
  const emptied = Promise.withResolvers<void>()
  let isClosing = false

  function open(socket: Line) {
    const { remoteAddress } = socket
    // A client that has left already has no address any more.
    if (isClosing || !remoteAddress || sessions.size >= limits.connectionsMost) return socket.terminate()
    const from = plainAddress(remoteAddress)
    if (!networks.enter(from, limits.connectionsPerNetworkMost)) return socket.terminate()
    const session = new Session(socket, from, house)
    socket.data = session
    socket.setNoDelay(true)
    socket.setKeepAlive(true, limits.keepAliveMs)
    sessions.add(session)
  }

  function close({ data: session }: Line) {
    if (!session || !sessions.delete(session)) return
    networks.leave(session.from)
    session.gone()
    if (isClosing && sessions.size === 0) emptied.resolve()
  }

  const listener = listen(port, hostname, {
    open,
    close,
    data: ({ data: session }, bytes) => session?.receive(bytes),
    drain: ({ data: session }) => session?.drained(),
    error: (socket, error) => {
      log?.error("rtmp: a connection failed", { error })
      if (socket.data) socket.data.cut("it failed")
      else socket.terminate()
    },
  })
  const clock = setInterval(() => {
    for (const session of sessions) session.tick()
  }, limits.tickMs)

  return {
    port: listener.port,
    connections: () => sessions.size,
    async close() {
      isClosing = true
      listener.stop()
      for (const session of sessions) session.end("the server stops")
      if (sessions.size === 0) emptied.resolve()
      await emptied.promise
      clearInterval(clock)
    },
  }
}

function listen(port: number, hostname: string, socket: Bun.SocketHandler<Session | undefined>) {
  try {
    return Bun.listen<Session | undefined>({ port, hostname, data: undefined, socket })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`RTMP port ${port} on ${hostname} cannot be served: ${reason}`)
  }
}
