import type { MediaCallback, MediaListener, MediaProvider, Recording } from "../../../src/providers/media/index.ts"

/** The rooms behind a provider: which are open, and what was heard of them. */
export interface FakeRooms extends MediaListener {
  /** Where hosts may publish and viewers watch. */
  open: Set<number>
  /** Everything told so far, such as `started 7`. */
  heard: string[]
  recordings: { roomId: number; recording: Recording }[]
  /** Every question fails until it is well again. */
  mood: "well" | "broken"
  /** Resolves once that was told so often, from the beginning. */
  until(news: string, times?: number): Promise<void>
}

export function openRooms(...ids: number[]): FakeRooms {
  const { told, tell, until } = chronicle()
  const answer = <T>(value: T) => {
    if (rooms.mood === "broken") throw new Error("the database is busy")
    return value
  }
  const hear = async (news: string) => {
    answer(undefined)
    tell(news)
  }
  const rooms: FakeRooms = {
    open: new Set(ids),
    heard: told,
    until,
    recordings: [],
    mood: "well",
    mayPublish: async (roomId) => answer(rooms.open.has(roomId) ? { save: true } : undefined),
    mayKeep: async () => true,
    mayWatch: async (roomId) => answer(rooms.open.has(roomId)),
    started: (roomId) => hear(`started ${roomId}`),
    ended: (roomId) => hear(`ended ${roomId}`),
    recorded(roomId, recording) {
      rooms.recordings.push({ roomId, recording })
      return hear(`recorded ${roomId}`)
    },
  }
  return rooms
}

/** Takes a provider's calls under `URL/…`; changing `provider` is a restart of the server that has it. */
export interface CallServer extends AsyncDisposable {
  url: string
  provider: MediaProvider | undefined
  /** The path of each call and the status it was answered with. */
  answered: string[]
  /** Resolves once a call was answered so, so often from the beginning. */
  until(answer: string, times?: number): Promise<void>
}

/** A list that can be waited for. */
function chronicle() {
  const told: string[] = []
  const waiting = new Set<() => void>()
  return {
    told,
    tell(news: string) {
      told.push(news)
      for (const look of waiting) look()
    },
    async until(news: string, times = 1) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        if (told.filter((one) => one === news).length >= times) resolve()
      }
      waiting.add(look)
      look()
      await promise
      waiting.delete(look)
    },
  }
}

export function serveCalls(rooms: MediaListener): CallServer {
  const { told, tell, until } = chronicle()
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, search, searchParams } = new URL(request.url)
      const callback: MediaCallback = {
        method: request.method,
        target: pathname + search,
        path: pathname.slice(1),
        query: searchParams,
        headers: request.headers,
        body: await request.bytes(),
      }
      const answer = await notify(callback)
      tell(`${callback.path.replace(/^[^/]*\//, "")} ${answer.status}`)
      return answer
    },
  })
  const notify = async (callback: MediaCallback) => {
    try {
      return (await calls.provider?.notify?.(callback, rooms)) ?? new Response("", { status: 503 })
    } catch {
      return new Response("", { status: 500 })
    }
  }
  const calls: CallServer = {
    url: `http://127.0.0.1:${server.port}`,
    provider: undefined,
    answered: told,
    until,
    async [Symbol.asyncDispose]() {
      await server.stop(true)
    },
  }
  return calls
}

/** A call as nginx makes it; `fields` is the form as it is sent. Returns the answer's status. */
export async function callAsNginx(
  media: MediaProvider,
  rooms: MediaListener,
  path: string,
  fields: string,
  method = "POST",
): Promise<number | undefined> {
  const isGet = method === "GET"
  const query = new URLSearchParams(isGet ? fields : "")
  const body = new TextEncoder().encode(isGet ? "" : fields)
  const answer = await media.notify?.({ method, target: "", path, query, headers: new Headers(), body }, rooms)
  return answer?.status
}
