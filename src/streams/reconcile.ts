import { and, asc, eq, gt, ne } from "drizzle-orm"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import { write } from "../db/write.ts"
import type { MediaProvider } from "../providers/media/index.ts"
import { noteStream } from "../rooms/presence.ts"
import { rooms } from "../rooms/tables.ts"

/** Rooms asked about at once. */
const width = 8

const openRooms = query<{ after: number }>()((db, $) =>
  db
    .select({ id: rooms.id, line: rooms.line, streaming: rooms.streaming })
    .from(rooms)
    .where(and(ne(rooms.state, "finished"), gt(rooms.id, $.after)))
    .orderBy(asc(rooms.id))
    .limit(width)
    .prepare(),
)

/**
 * Asks the providers about every open room, and believes them: a callback may have been lost. A provider that does not
 * answer changes nothing, so its rooms go on.
 */
export async function reconcileStreams(app: App): Promise<void> {
  for (let after = 0; ; ) {
    const some = await openRooms(app.db.read, { after })
    await Promise.all(some.map((room) => reconcile(app, room)))
    after = some.at(-1)?.id ?? after
    if (some.length < width) return
  }
}

async function reconcile(app: App, { id, line, streaming }: { id: number; line: number; streaming: boolean }) {
  const provider = app.media.on(line)
  try {
    const really = (await provider.isStreaming(id)) || (streaming && (await streamsElsewhere(app, id, provider)))
    if (really === streaming) return
    app.log.warn("a stream's state was not told", { roomId: id, provider: provider.name, streaming: really })
    await noteStream(app, id, really)
  } catch (error) {
    app.log.warn("a stream's state is not known", { roomId: id, provider: provider.name, error })
  }
}

/** Whether a host streams by another provider: an address on another line may be asked for and not be used. */
async function streamsElsewhere(app: App, roomId: number, provider: MediaProvider): Promise<boolean> {
  const others = app.media.all.filter((one) => one !== provider)
  // One that does not answer must not keep rooms open that are not its own.
  const answers = await Promise.all(others.map((one) => one.isStreaming(roomId).catch(() => false)))
  return answers.includes(true)
}

/** Forgets streams that cannot have survived this process: asked at start, when nobody can have published yet. */
export async function forgetOwnStreams(app: App): Promise<void> {
  const lost = await app.db.read
    .select({ id: rooms.id, line: rooms.line })
    .from(rooms)
    .where(and(ne(rooms.state, "finished"), eq(rooms.streaming, true)))
  for (const { id, line } of lost) {
    if (app.media.on(line).name !== "builtin") continue
    await write(app, (tx) =>
      tx.update(rooms).set({ streaming: false }).where(eq(rooms.id, id)).returning({ id: rooms.id }),
    )
  }
}
