export interface Gauge {
  set(value: number): void
}

export interface Counter {
  /** Adds one, or so many. */
  add(amount?: number): void
}

export interface Histogram {
  observe(value: number): void
}

type Reading = () => number | Promise<number>

/** What the server measures, as Prometheus reads it. Names are `mili_…`, with the unit last; counters end in `_total`. */
export interface Metrics {
  /** A value that goes up and down; not shown until it was set. With `read` it is asked for at every look. */
  gauge(name: string, help: string, read?: Reading): Gauge
  /** A value that only grows, from 0 at the start of the process. With `read` it is asked for at every look. */
  counter(name: string, help: string, read?: () => number): Counter
  /** A counter for each value of a label; what comes after the first two hundred values counts as `other`. */
  counters(name: string, help: string, label: string): (value: string) => Counter
  /** How often values came out at or under each of the bounds, which rise. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram
  /** A histogram for each value of a label, of which there are as many as {@link counters} has. */
  histograms(name: string, help: string, label: string, bounds: readonly number[]): (value: string) => Histogram
  /** Everything in Prometheus' text format; a value that cannot be read is left out. */
  text(): Promise<string>
}

/** Seconds that calls and commits are sorted by. */
export const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const

/** Values of a label that are told apart, so that nobody can fill the memory with them. */
const valuesMax = 200

interface Family {
  type: "gauge" | "counter" | "histogram"
  help: string
  /** Its samples: what follows the name, and the value. */
  samples(): [string, number][] | Promise<[string, number][]>
}

/** An empty registry. @throws when a name is registered twice */
export function createMetrics(): Metrics {
  const families = new Map<string, Family>()

  function register(name: string, family: Family) {
    if (families.has(name)) throw new Error(`The metric ${name} is registered already.`)
    families.set(name, family)
  }

  return {
    gauge(name, help, read) {
      let value: number | undefined
      register(name, {
        type: "gauge",
        help,
        samples: read ? async () => [["", await read()]] : () => (value === undefined ? [] : [["", value]]),
      })
      return {
        set(next) {
          value = next
        },
      }
    },
    counter(name, help, read) {
      const sum = createSum()
      register(name, { type: "counter", help, samples: () => [["", read?.() ?? sum.value()]] })
      return sum
    },
    counters(name, help, label) {
      const sums = labelled(createSum)
      const samples = () => sums.all().map(([value, sum]): [string, number] => [labels([label, value]), sum.value()])
      register(name, { type: "counter", help, samples })
      return sums.of
    },
    histogram(name, help, bounds) {
      const spread = createSpread(bounds)
      register(name, { type: "histogram", help, samples: () => spread.samples() })
      return spread
    },
    histograms(name, help, label, bounds) {
      const spreads = labelled(() => createSpread(bounds))
      const samples = () => spreads.all().flatMap(([value, spread]) => spread.samples([label, value]))
      register(name, { type: "histogram", help, samples })
      return spreads.of
    },
    text: async () => (await Promise.all([...families].map(([name, family]) => inText(name, family)))).join(""),
  }
}

async function inText(name: string, { type, help, samples }: Family): Promise<string> {
  let lines: [string, number][]
  try {
    lines = await samples()
  } catch {
    return ""
  }
  if (lines.length === 0) return ""
  const told = lines.map(([suffix, value]) => `${name}${suffix} ${value}\n`).join("")
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${told}`
}

function createSum() {
  let sum = 0
  return {
    add(amount = 1) {
      sum += amount
    },
    value: () => sum,
  }
}

function createSpread(bounds: readonly number[]) {
  /** The last is for what is beyond every bound. */
  const counts = Array<number>(bounds.length + 1).fill(0)
  let sum = 0
  return {
    observe(value: number) {
      let n = 0
      while (n < bounds.length && value > (bounds[n] as number)) n++
      counts[n] = (counts[n] as number) + 1
      sum += value
    },
    samples(...label: [string, string][]): [string, number][] {
      let below = 0
      const buckets = counts.map((count, n): [string, number] => {
        below += count
        return [`_bucket${labels(...label, ["le", String(bounds[n] ?? "+Inf")])}`, below]
      })
      return [...buckets, [`_sum${labels(...label)}`, sum], [`_count${labels(...label)}`, below]]
    },
  }
}

function labelled<T>(make: () => T) {
  const known = new Map<string, T>()
  const of = (value: string): T => {
    const found = known.get(value)
    if (found) return found
    if (known.size >= valuesMax && value !== "other") return of("other")
    const made = make()
    known.set(value, made)
    return made
  }
  return { of, all: () => [...known] }
}

function labels(...pairs: [string, string][]): string {
  if (pairs.length === 0) return ""
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}}`
}
