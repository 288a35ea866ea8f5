/** Rooms whose publishers are remembered; the longest unheard of is forgotten first. */
const roomsMax = 10_000
/** Connections remembered in a room. */
const connectionsMax = 8
/** How long a sign of life lasts, in milliseconds: more than three times as long as nginx-rtmp waits before the next. */
const signOfLife = 100_000

interface Room {
  /** When each of its connections is taken for gone; never for one of which no sign of life is due. */
  until: Map<string, number>
  /** Told whenever a connection is gone. */
  waiting: Set<() => void>
}

/** Which connections publish in which room, by what the server told: the end of one does not hide that another is there. */
export interface Publishers {
  /** Remembers a connection that wants to publish; returns the ones that were there before it. */
  add(roomId: number, connection: string): string[]
  /** Remembers a connection that gave a sign of life and owes the next; returns whether it is news. */
  see(roomId: number, connection: string): boolean
  /** Forgets a connection; returns whether the room has none left. */
  remove(roomId: number, connection: string): boolean
  has(roomId: number): boolean
  /** Resolves once none of these connections is there, or after so many milliseconds. */
  gone(roomId: number, connections: string[], timeout: number): Promise<void>
  forget(roomId: number): void
}

/** @param now milliseconds since 1970 */
export function rememberPublishers(now: () => number): Publishers {
  const rooms = new Map<number, Room>()

  /** As the most recent one. */
  function touch(roomId: number): Room {
    const room = rooms.get(roomId) ?? { until: new Map(), waiting: new Set() }
    rooms.delete(roomId)
    rooms.set(roomId, room)
    const [oldest] = rooms.keys()
    if (rooms.size > roomsMax && oldest !== undefined) rooms.delete(oldest)
    return room
  }

  function put(roomId: number, connection: string, until: number): void {
    const room = touch(roomId)
    room.until.delete(connection)
    room.until.set(connection, until)
    const [oldest] = room.until.keys()
    if (room.until.size > connectionsMax && oldest !== undefined) room.until.delete(oldest)
  }

  const living = (roomId: number) =>
    [...(rooms.get(roomId)?.until ?? [])].filter(([, until]) => until > now()).map(([connection]) => connection)

  return {
    add(roomId, connection) {
      const earlier = living(roomId).filter((one) => one !== connection)
      put(roomId, connection, Number.POSITIVE_INFINITY)
      return earlier
    },
    see(roomId, connection) {
      const isNews = !living(roomId).includes(connection)
      put(roomId, connection, now() + signOfLife)
      return isNews
    },
    remove(roomId, connection) {
      const room = rooms.get(roomId)
      room?.until.delete(connection)
      for (const tell of room?.waiting ?? []) tell()
      if (living(roomId).length > 0) return false
      rooms.delete(roomId)
      return true
    },
    has: (roomId) => living(roomId).length > 0,
    async gone(roomId, connections, timeout) {
      const room = rooms.get(roomId)
      if (!room) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        if (!connections.some((one) => room.until.has(one))) resolve()
      }
      const timer = setTimeout(resolve, timeout)
      room.waiting.add(look)
      look()
      await promise
      clearTimeout(timer)
      room.waiting.delete(look)
    },
    forget: (roomId) => void rooms.delete(roomId),
  }
}
