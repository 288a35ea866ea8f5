import { join } from "node:path"
import type { Server } from "bun"
import { accountJobs } from "./accounts/jobs.ts"
import type { App } from "./app.ts"
import { compose, type Surroundings } from "./compose.ts"
import type { Config } from "./config.ts"
import { databaseJobs } from "./db/jobs.ts"
import { engine } from "./db/kit.ts"
import { releaseClaims } from "./db/outbox.ts"
import { createHttp } from "./http.ts"
import { type Jobs, startJobs } from "./jobs/runner.ts"
import type { Seat } from "./realtime/seat.ts"
import { keepBuffers, takeBuffers } from "./realtime/shelf.ts"
import { Refusal } from "./refusal.ts"
import { roomJobs } from "./rooms/jobs.ts"
import { refused } from "./wire/envelope.ts"

/** How long a stop waits for requests under way, in milliseconds. */
const requestsMax = 5_000
/** Seconds in which a connection must say something. */
const idleSeconds = 30

export interface Running {
  app: App
  servers: Server<Seat>[]
  jobs: Jobs
  /** Stops gracefully: no new work, sockets are told to come back, work under way is finished. */
  stop(): Promise<void>
}

/** Composes the server and starts it. @throws when a port is taken or the database cannot be opened */
export async function serve(config: Config, surroundings: Surroundings): Promise<Running> {
  const { app, hub, bus } = await compose(config, surroundings)
  const shelf = join(config.dataDir, "replay.json")
  hub.restore(await takeBuffers(shelf, app.log))
  if (engine === "sqlite") await releaseClaims(app)

  const http = createHttp(app)
  let stopping = false
  const servers = config.ports.map((port) =>
    Bun.serve<Seat>({
      port,
      hostname: config.host,
      ...(config.tlsCert && config.tlsKey && { tls: { cert: Bun.file(config.tlsCert), key: Bun.file(config.tlsKey) } }),
      // Bodies are bounded where they are read, so that the refusal is JSON like any other.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      idleTimeout: idleSeconds,
      fetch: (request, server) =>
        stopping ? refused(new Refusal("server.stopping", { retryAfter: 2 })) : http.fetch(request, { server }),
      websocket: hub.websocket,
    }),
  )
  for (const server of servers) hub.attach(server)
  const jobs = startJobs([...databaseJobs(app), ...accountJobs(app), ...roomJobs(app)], app.log)
  app.outbox.wake()
  // After a crash no host is here; their time runs from now.
  void jobs.runNow("rooms.find_lost_hosts")

  return {
    app,
    servers,
    jobs,
    async stop() {
      stopping = true
      await jobs.stop()
      await hub.drain()
      await keepBuffers(shelf, hub.dump())
      await Promise.all(servers.map(stopListening))
      await app.outbox.stop()
      await bus.close()
      await app.db.close()
    },
  }
}

/** Lets requests under way finish, within bounds. */
async function stopListening(server: Server<Seat>): Promise<void> {
  const late = Bun.sleep(requestsMax).then(() => server.stop(true))
  await Promise.race([server.stop(), late])
}
