import type { Database } from "./db/database.ts"

export interface Gauge {
  set(value: number): void
}

export interface Counter {
  /** Adds one, or so many. */
  add(amount?: number): void
}

/** What the server measures, as Prometheus reads it. Names are `mili_…`, with the unit last; counters end in `_total`. */
export interface Metrics {
  /** A value that goes up and down; not shown until it was set. With `read` it is asked for at every look. */
  gauge(name: string, help: string, read?: () => number): Gauge
  /** A value that only grows, from 0 at the start of the process. With `read` it is asked for at every look. */
  counter(name: string, help: string, read?: () => number): Counter
  /** Everything in Prometheus' text format. */
  text(): string
}

interface Series {
  type: "gauge" | "counter"
  help: string
  read(): number | undefined
}

/** An empty registry. @throws when a name is registered twice */
export function createMetrics(): Metrics {
  const series = new Map<string, Series>()

  function register(name: string, one: Series) {
    if (series.has(name)) throw new Error(`The metric ${name} is registered already.`)
    series.set(name, one)
  }

  return {
    gauge(name, help, read) {
      let value: number | undefined
      register(name, { type: "gauge", help, read: read ?? (() => value) })
      return {
        set(next) {
          value = next
        },
      }
    },
    counter(name, help, read) {
      let value = 0
      register(name, { type: "counter", help, read: read ?? (() => value) })
      return {
        add(amount = 1) {
          value += amount
        },
      }
    },
    text: () => [...series].map(([name, one]) => inText(name, one)).join(""),
  }
}

function inText(name: string, { type, help, read }: Series): string {
  const value = read()
  if (value === undefined) return ""
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`
}

/** Watches the process and its database. */
export function watchProcess(metrics: Metrics, db: Database): void {
  const startedAt = (Date.now() - performance.now()) / 1_000
  metrics.gauge("process_start_time_seconds", "When the process started, in unix seconds.", () => startedAt)
  metrics.gauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss())
  metrics.gauge("mili_database_queued", "Writes that wait for their turn.", () => db.statistics().queued)
  metrics.counter("mili_database_commits_total", "Transactions committed.", () => db.statistics().commits)
  metrics.counter("mili_database_writes_total", "Writes that those carried.", () => db.statistics().writes)
}
