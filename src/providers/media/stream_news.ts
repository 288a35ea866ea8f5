import type { MediaListener } from "./index.ts"

/** Rooms whose latest news is remembered; the longest unheard of is forgotten first. */
const roomsMax = 10_000

/** What a provider's callback says of a room's stream. */
export interface StreamNews {
  roomId: number
  streaming: boolean
  /** When that was, by the provider's clock and in its unit: it is compared with other news from there alone. */
  at: number
  /** What the provider calls the host's connection: the same when it came and when it went. */
  connection?: string | undefined
}

/** The room whose stream a provider calls so: the room's id. */
export function roomOfStream(name: string): number | undefined {
  const roomId = Number(name)
  return /^[1-9]\d{0,15}$/.test(name) && Number.isSafeInteger(roomId) ? roomId : undefined
}

/**
 * Tells a listener what callbacks say, which come late, twice, in any order and, from whoever overheard one, long after:
 * what is older than the latest news of a room is left out, and an end that may be another connection's is asked about.
 *
 * The reader resolves to false where the provider did not answer: the news should be sent again.
 *
 * @param isStreaming asks the provider
 */
export function newsReader(isStreaming: (roomId: number) => Promise<boolean>) {
  const latest = new Map<number, StreamNews>()
  const remember = (news: StreamNews) => {
    latest.delete(news.roomId)
    latest.set(news.roomId, news)
    const [oldest] = latest.keys()
    if (latest.size > roomsMax && oldest !== undefined) latest.delete(oldest)
  }
  return async (news: StreamNews, listener: Pick<MediaListener, "started" | "ended">): Promise<boolean> => {
    const known = latest.get(news.roomId)
    if (known && news.at < known.at) return true
    if (!news.streaming && isDoubtful(news, known)) {
      const streaming = await isStreaming(news.roomId).catch(() => undefined)
      if (streaming === undefined) return false
      // Or something newer came while the provider was asked.
      if (streaming || latest.get(news.roomId) !== known) return true
    }
    remember(news)
    await (news.streaming ? listener.started(news.roomId) : listener.ended(news.roomId))
    return true
  }
}

/** Whether an end may belong to a connection before the latest, or to one that this process never heard of. */
function isDoubtful(end: StreamNews, known: StreamNews | undefined): boolean {
  if (!known) return true
  if (!known.streaming) return false
  return end.at === known.at || end.connection !== known.connection
}
