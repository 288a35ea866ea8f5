import { readFileSync } from "node:fs"
import { cpus, loadavg } from "node:os"

/** The machine in a few words: processor, cores, Bun's version, load before. */
export function machine(): string {
  const cores = cpus()
  return `${cores[0]?.model.trim()}, ${cores.length} cores, Bun ${Bun.version}, load ${loadavg()[0]?.toFixed(2)} before`
}

/**
 * Starts watching the machine; reading answers the cores' worth of CPU that others used since: other processes, and the
 * host of a virtual machine. Our servers count as ours once they have ended.
 */
export function othersWatch(): () => number {
  const startedMs = performance.now()
  const before = othersTicks()
  return () => {
    const seconds = (performance.now() - startedMs) / 1000
    return (othersTicks() - before) / TICKS_PER_SECOND / seconds
  }
}

const TICKS_PER_SECOND = 100

function othersTicks(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = numbers(
    readFileSync("/proc/stat", "utf8").slice(5),
  )
  const self = readFileSync("/proc/self/stat", "utf8")
  const fields = numbers(self.slice(self.lastIndexOf(")") + 4))
  // The four are this process's user and system time, and those of its children that have ended.
  const ours = fields.slice(10, 14).reduce((sum, ticks) => sum + ticks, 0)
  return user + nice + system + irq + softirq + steal - ours
}

function numbers(text: string): number[] {
  return text.trim().split(/\s+/).map(Number)
}
