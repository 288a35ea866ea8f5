import { join } from "node:path"
import { dismiss, gather } from "../audience.ts"
import { makeMaterial, push } from "../broadcast.ts"
import { startNginx } from "../nginx.ts"
import type { Server } from "../process.ts"
import { type Account, createRoom, mint, socketPath, startOurs } from "../servers.ts"
import { inTurn, median } from "../stats.ts"
import { type Findings, times } from "../table.ts"
import { delays, type Talk, talk } from "../talk.ts"
import { type Viewers, watchFlv, watchRtmp } from "../viewers.ts"

const VIEWERS = 200
const SECONDS = 15
const ROUNDS = 3
const GOAL = 1.3
const RSS_MAX_MIB = 120

const STREAMS = 20
const CHATTERS = 200
const PACE = { perSecond: 100, seconds: 10 }
const TALKS = 3
const P99_RATIO_MAX = 2

/**
 * One publisher at 1.5 Mbit/s and 200 viewers: ours by HTTP-FLV beside nginx-rtmp by RTMP, each with a relay of its own. Then
 * a room's chat while twenty hosts are on the air, beside the same room while nobody is.
 */
export async function video(folder: string): Promise<Findings> {
  const material = await makeMaterial(folder)
  const relays = await relayed(join(folder, "relays"), material)
  const chat = await chatted(join(folder, "chat"), material)
  return { rows: [...relays.rows, ...chat.rows], notes: [...relays.notes, ...chat.notes] }
}

async function relayed(folder: string, material: string): Promise<Findings> {
  await using ours = await startOurs(folder)
  await using nginx = await startNginx(folder)
  const [host] = await mint(folder, 1)
  const room = await goLive(ours, host)
  await using _ours = push(material, room.pushUrl)
  await using _bare = push(material, `${nginx.url}/bench`)
  await isWatchable(room.flvUrl)
  await using flv = await watchFlv(room.flvUrl, VIEWERS)
  await using rtmp = await watchRtmp(`${nginx.url}/bench`, VIEWERS)
  await allServed(flv)
  await allServed(rtmp)
  // Both serve at the same time, on one core, so whatever disturbs one disturbs the other.
  const runs = await inTurn(
    ROUNDS,
    () => costOf(ours, flv),
    () => costOf(nginx, rtmp),
  )
  const cost = (some: Cost[]) => median(some, ({ cpuSeconds }) => cpuSeconds)
  const megabits = (some: Cost[]) => median(some, ({ bytes }) => (bytes * 8) / 1e6 / SECONDS).toFixed(0)
  const ratio = cost(runs.ours) / cost(runs.bare)
  const rssMib = ours.rssKib() / 1024
  return {
    rows: [
      {
        what: `video, 1 publisher, ${VIEWERS} viewers: CPU s in ${SECONDS} s (bare: nginx-rtmp)`,
        ours: cost(runs.ours).toFixed(2),
        bare: cost(runs.bare).toFixed(2),
        ratio: times(ratio),
        goal: `<= ${times(GOAL)}`,
        met: ratio <= GOAL,
      },
      { what: "the same: Mbit/s out", ours: megabits(runs.ours), bare: megabits(runs.bare) },
      {
        what: "the same: memory MiB",
        ours: rssMib.toFixed(0),
        bare: (nginx.rssKib() / 1024).toFixed(0),
        goal: `< ${RSS_MAX_MIB}`,
        met: rssMib < RSS_MAX_MIB,
      },
    ],
    notes: [flv, rtmp].some((viewers) => viewers.silent() > 0) ? ["video: some viewers got nothing"] : [],
  }
}

interface Cost {
  cpuSeconds: number
  bytes: number
}

async function costOf(server: Pick<Server, "cpuSeconds">, viewers: Viewers): Promise<Cost> {
  const before = { cpu: server.cpuSeconds(), bytes: viewers.bytes() }
  await Bun.sleep(SECONDS * 1_000)
  return { cpuSeconds: server.cpuSeconds() - before.cpu, bytes: viewers.bytes() - before.bytes }
}

async function chatted(folder: string, material: string): Promise<Findings> {
  await using ours = await startOurs(folder)
  const accounts = await mint(folder, CHATTERS + STREAMS)
  const [host] = accounts
  if (!host) throw new Error("a room needs a host")
  const roomId = await createRoom(ours, host)
  const audience = await gather(
    ours.port,
    accounts.slice(0, CHATTERS).map((one) => socketPath(roomId, one)),
  )
  try {
    await talk(audience, { perSecond: 100, seconds: 20 })
    const quiet: Talk[] = []
    for (let n = 0; n < TALKS; n++) quiet.push(await talk(audience, PACE))
    await using stack = new AsyncDisposableStack()
    for (const one of accounts.slice(CHATTERS)) {
      const room = await goLive(ours, one)
      stack.use(push(material, room.pushUrl))
      await isWatchable(room.flvUrl)
      await allServed(stack.use(await watchFlv(room.flvUrl, VIEWERS / STREAMS)))
    }
    const busy: Talk[] = []
    for (let n = 0; n < TALKS; n++) busy.push(await talk(audience, PACE))
    const p99 = (some: Talk[]) => median(some, ({ p99Ms }) => p99Ms)
    const ratio = p99(busy) / p99(quiet)
    return {
      rows: [
        {
          what: `chat of ${CHATTERS}, ${STREAMS} publishers, ${VIEWERS} viewers: delay p50 / p99 ms (bare: no video)`,
          ours: delays(busy),
          bare: delays(quiet),
          ratio: times(ratio),
          goal: `<= ${times(P99_RATIO_MAX)}`,
          met: ratio <= P99_RATIO_MAX,
        },
      ],
      notes: [],
    }
  } finally {
    dismiss(audience)
  }
}

async function goLive(server: Server, host: Account | undefined): Promise<{ pushUrl: string; flvUrl: string }> {
  if (!host) throw new Error("a room needs a host")
  const base = `http://127.0.0.1:${server.port}`
  const ask = async (path: string, init?: RequestInit) =>
    (await (await fetch(`${base}${path}`, init)).json()) as Record<string, unknown>
  const { url } = await ask("/room/live_create", { method: "POST", body: new URLSearchParams({ token: host.token }) })
  const roomId = await createRoom(server, host)
  const { info } = await ask(`/room_info?rid=${roomId}`)
  const { pathname, search } = new URL(String((info as Record<string, unknown>)["flv_url"]))
  return { pushUrl: String(url).replace("//localhost:", "//127.0.0.1:"), flvUrl: `${base}${pathname}${search}` }
}

/** Waits until a picture comes. */
async function isWatchable(flvUrl: string): Promise<void> {
  const answer = await fetch(flvUrl)
  const reader = answer.body?.getReader()
  for (let bytes = 0; bytes < 20_000; ) bytes += (await reader?.read())?.value?.length ?? Number.POSITIVE_INFINITY
  await reader?.cancel()
}

async function allServed(viewers: Viewers): Promise<void> {
  const deadline = performance.now() + 10_000
  do {
    if (performance.now() > deadline) throw new Error("some viewers get nothing")
    await Bun.sleep(500)
  } while (viewers.silent() > 0)
}
