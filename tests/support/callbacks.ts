import type { MediaListener, MediaProvider } from "../../src/providers/media/index.ts"

/** A listener that lets everybody in and notes what it is told, such as `started 7`. */
export function notingListener() {
  const told: string[] = []
  const listener: MediaListener = {
    mayPublish: async () => ({ save: true }),
    mayKeep: async () => true,
    mayWatch: async () => true,
    started: async (roomId) => void told.push(`started ${roomId}`),
    ended: async (roomId) => void told.push(`ended ${roomId}`),
    recorded: async (roomId, { key, seconds }) => void told.push(`recorded ${roomId}: ${key}, ${seconds} s`),
  }
  return { told, listener }
}

/** Hands a provider's callbacks over as they come by HTTP; `/media/` stands before the provider's own path. */
export function callbackDoor(media: MediaProvider, listener: MediaListener) {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, search, searchParams } = new URL(request.url)
      const answer = await media.notify?.(
        {
          method: request.method,
          target: pathname + search,
          path: pathname.slice("/media/".length),
          query: searchParams,
          headers: request.headers,
          body: await request.bytes(),
        },
        listener,
      )
      return answer ?? new Response(null, { status: 404 })
    },
  })
  return { url: `${server.url.origin}/media/`, [Symbol.asyncDispose]: () => server.stop(true) }
}
