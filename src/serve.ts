import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Server } from "bun"
import type { Hono } from "hono"
import { accountJobs } from "./accounts/jobs.ts"
import type { App } from "./app.ts"
import { nightlyBackup } from "./backup/jobs.ts"
import { bonusJobs } from "./bonuses/jobs.ts"
import { compose, type Surroundings } from "./compose.ts"
import { conferenceJobs } from "./conferences/jobs.ts"
import type { Config } from "./config.ts"
import { databaseJobs } from "./db/jobs.ts"
import { takeLease } from "./db/lease.ts"
import { releaseClaims } from "./db/outbox.ts"
import { readdressPictures } from "./files/address.ts"
import { fileJobs } from "./files/jobs.ts"
import { gameJobs } from "./games/jobs.ts"
import { createHttp } from "./http.ts"
import { type Jobs, startJobs } from "./jobs/runner.ts"
import { nightlyAudit } from "./ledger_audit/jobs.ts"
import type { Log } from "./log.ts"
import { paymentJobs } from "./payments/jobs.ts"
import { playbackJobs } from "./playback/jobs.ts"
import { keepBuffers, takeBuffers } from "./realtime/shelf.ts"
import { Refusal } from "./refusal.ts"
import { roomJobs } from "./rooms/jobs.ts"
import { awaitHosts } from "./rooms/presence.ts"
import { socketHandler } from "./sockets.ts"
import { streamJobs } from "./streams/jobs.ts"
import { mediaListener } from "./streams/listener.ts"
import { forgetOwnStreams } from "./streams/reconcile.ts"
import { taskJobs } from "./tasks/jobs.ts"
import { walletJobs } from "./wallet/jobs.ts"
import type { SocketData, Wire } from "./wire/context.ts"
import { refused } from "./wire/envelope.ts"

/** How long a stop waits for requests under way, in milliseconds. */
const requestsMax = 5_000
/** The same for jobs and promises, which may be waiting for a provider; they are gone on with at the next start. */
const providersMax = 1_500
/** Seconds in which a connection must say something. */
const idleSeconds = 30

export interface Running {
  app: App
  /** Every address, as a table. */
  http: Hono<Wire>
  servers: Server<SocketData>[]
  jobs: Jobs
  /** Stops gracefully: no new work, sockets are told to come back, work under way is finished. */
  stop(): Promise<void>
}

/**
 * Composes the server and starts it.
 *
 * @throws with a sentence when a port is taken, the database cannot be opened, or another server runs on it; nothing is
 * left running then
 */
export async function serve(config: Config, surroundings: Surroundings): Promise<Running> {
  await using started = new AsyncDisposableStack()
  const { dataDir, databaseUrl } = config
  const lease = await takeLease({
    dataDir,
    databaseUrl,
    onLost: surroundings.onLeaseLost ?? endAtOnce(surroundings.log),
  })
  started.defer(() => lease.release())
  const { app, hub, bus } = await compose(config, surroundings)
  started.defer(() => app.db.close())

  const video = app.media.all
  const http = createHttp(app)
  let open = false
  const answer = (request: Request, server: Server<SocketData>) =>
    open ? http.fetch(request, { server }) : refused(new Refusal("server.stopping", { retryAfter: 2 }))
  const servers: Server<SocketData>[] = []
  const websocket = socketHandler(hub.websocket, video.find(({ sockets }) => sockets)?.sockets)
  started.defer(async () => {
    for (const server of servers) await server.stop(true)
  })
  for (const port of config.ports) servers.push(listen(config, port, answer, websocket))
  for (const server of servers) hub.attach(server)

  const shelf = join(config.dataDir, "replay.json")
  hub.restore(await takeBuffers(shelf, app.log))
  // Nobody else is running on this database, so what a server before us had taken is free.
  await releaseClaims(app)
  await app.files.builtin.open()
  await readdressPictures(app)
  await forgetOwnStreams(app)
  await awaitHosts(app)
  await app.attendance.settle()
  for (const provider of video) {
    started.defer(async () => provider.stop?.())
    await provider.start?.(mediaListener(app, provider.name))
  }
  const nightly = nightlyAudit(app, { environment: surroundings.environment })
  const backups = nightlyBackup(app, { environment: surroundings.environment })
  const jobs = startJobs(
    [
      ...databaseJobs(app),
      ...accountJobs(app),
      ...roomJobs(app),
      ...walletJobs(app),
      ...paymentJobs(app),
      ...taskJobs(app),
      ...bonusJobs(app),
      ...playbackJobs(app),
      ...streamJobs(app),
      ...conferenceJobs(app),
      ...fileJobs(app),
      ...gameJobs(app),
      nightly.job,
      ...backups.jobs,
    ],
    app.log,
  )
  app.outbox.wake()
  open = true

  started.move()
  return {
    app,
    http,
    servers,
    jobs,
    async stop() {
      open = false
      await Promise.all([nightly.stop(), backups.stop()])
      await Promise.all([within(providersMax, jobs.stop()), ...video.map((provider) => provider.stop?.())])
      await hub.drain()
      await keepBuffers(shelf, hub.dump(), app.log)
      await Promise.all(servers.map(stopListening))
      await app.attendance.keep().catch((error) => app.log.error("attendance not kept", { error }))
      await within(providersMax, app.outbox.stop())
      await bus.close()
      await app.db.close()
      await lease.release()
    },
  }
}

/** Two servers on one database would tear each other's rooms apart. */
const endAtOnce = (log: Log) => () => {
  log.error("another server has taken the database; stopping at once")
  process.exit(1)
}

type Answer = (request: Request, server: Server<SocketData>) => Response | Promise<Response>

function listen(
  config: Config,
  port: number,
  answer: Answer,
  websocket: Bun.WebSocketHandler<SocketData>,
): Server<SocketData> {
  const { host, tlsCert, tlsKey } = config
  try {
    return Bun.serve<SocketData>({
      port,
      hostname: host,
      ...(tlsCert && tlsKey && { tls: { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) } }),
      // Bodies are bounded where they are read, so that the refusal is JSON like any other.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      idleTimeout: idleSeconds,
      development: false,
      fetch: answer,
      websocket,
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`PORT ${port} on HOST ${host} cannot be served: ${reason}`)
  }
}

/** Waits for what may never come, at most so many milliseconds. */
async function within(timeout: number, work: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, timeout)
  await Promise.race([work, late])
  clearTimeout(timer)
}

/** Lets requests under way finish, within bounds. */
async function stopListening(server: Server<SocketData>): Promise<void> {
  const late = Bun.sleep(requestsMax).then(() => server.stop(true))
  await Promise.race([server.stop(), late])
}
