import type { App } from "./app.ts"
import type { Config } from "./config.ts"
import type { DatabaseWatch } from "./db/database.ts"
import { outboxAge, outboxCount } from "./db/outbox_state.ts"
import { durations, type Metrics } from "./metrics.ts"
import type { Hub } from "./realtime/hub.ts"

/** What the database measures while it works. */
export const watchDatabase = (metrics: Metrics, { slowMs }: Config): DatabaseWatch => ({
  committed: metrics.histogram("mili_database_commit_duration_seconds", "Transactions, begin to commit.", durations),
  synced: metrics.histogram("mili_database_sync_duration_seconds", "Syncs of SQLite's log.", durations),
  slowMs,
})

/** Measures what can be read off the server's parts at every look. */
export function watchParts(app: App, hub: Hub): void {
  const { db, metrics } = app
  const startedAt = (Date.now() - performance.now()) / 1_000
  metrics.gauge("process_start_time_seconds", "When the process started, in unix seconds.", () => startedAt)
  metrics.gauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss())

  metrics.gauge("mili_database_queued", "Writes that wait for their turn.", () => db.statistics().queued)
  metrics.counter("mili_database_commits_total", "Transactions committed.", () => db.statistics().commits)
  metrics.counter("mili_database_writes_total", "Writes that those carried.", () => db.statistics().writes)

  metrics.gauge("mili_sockets", "Sockets in rooms and in the lobby.", () => hub.statistics().sockets)
  metrics.gauge(
    "mili_rooms",
    "Rooms with somebody in them, or that somebody may come back to.",
    () => hub.statistics().rooms,
  )
  metrics.counter("mili_frames_out_total", "Frames handed to sockets.", () => hub.statistics().framesOut)
  metrics.counter(
    "mili_frames_shed_total",
    "Frames kept from sockets too slow for them.",
    () => hub.statistics().framesShed,
  )

  metrics.gauge("mili_outbox_waiting", "Promises not kept yet.", () => outboxCount(app, false))
  metrics.gauge("mili_outbox_dead", "Promises given up, for an operator to look at.", () => outboxCount(app, true))
  metrics.gauge("mili_outbox_age_seconds", "How long the oldest promise has waited.", () => outboxAge(app))
}
