import type { Log } from "../log.ts"

/** Something that happens again and again, whoever calls. */
export interface Job {
  name: string
  /** Pause between two runs, in milliseconds. */
  every: number
  run(): Promise<unknown>
}

export interface Jobs {
  /** Runs one job now, after the run under way; tests and operators call it. @throws what the job throws */
  runNow(name: string): Promise<void>
  /** Lets the runs under way finish and starts no other. */
  stop(): Promise<void>
}

/** Runs each job by its own pause, never twice at once; a failure is logged and the next run comes as planned. */
export function startJobs(jobs: Job[], log: Log): Jobs {
  const underWay = new Map<string, Promise<unknown>>()
  const run = (job: Job): Promise<unknown> => {
    const turn = (underWay.get(job.name) ?? Promise.resolve()).catch(() => {}).then(() => job.run())
    underWay.set(job.name, turn)
    return turn.finally(() => {
      if (underWay.get(job.name) === turn) underWay.delete(job.name)
    })
  }
  const timers = jobs.map((job) =>
    setInterval(() => {
      if (underWay.has(job.name)) return
      run(job).catch((error) => log.error("job", { job: job.name, error }))
    }, job.every),
  )
  return {
    async runNow(name) {
      const job = jobs.find((one) => one.name === name)
      if (!job) throw new Error(`There is no job "${name}".`)
      await run(job)
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await Promise.allSettled(underWay.values())
    },
  }
}
