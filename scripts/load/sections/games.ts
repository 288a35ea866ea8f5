import { join } from "node:path"
import type { Server } from "../process.ts"
import { type Account, createRoom, mint, socketPath, startOurs } from "../servers.ts"
import { openSocket } from "../socket.ts"
import { stopwatch } from "../stats.ts"
import type { Findings } from "../table.ts"

const ROOMS = 10_000
const WATCHED = 500
const AT_ONCE = 50
/** From the start of a round to that of the next. */
const ROUND_MS = 48_000
const IDLE_MS = 10_000
const GOAL = 0.05

/** What ten thousand rooms with games cost the server when few have a viewer: rounds are run there and nowhere else. */
export async function games(folder: string): Promise<Findings> {
  const home = join(folder, "games")
  await using server = await startOurs(home)
  const accounts = await mint(home, ROOMS + WATCHED)
  const [hosts, viewers] = [accounts.slice(0, ROOMS), accounts.slice(ROOMS)]
  const rooms = await each(hosts, (host) => createRoom(server, host, { game_type: "1" }))
  const idle = await share(server, IDLE_MS)

  const heard = { rounds: 0, results: 0 }
  const watched = rooms.filter((_, n) => n % (ROOMS / WATCHED) === 0)
  const sockets = await each(viewers, (viewer, n) => watch(server, watched[n] ?? 0, viewer, heard))
  // A server in the middle of its evening is measured: the first rounds compile the code.
  await Bun.sleep(ROUND_MS)
  const before = { ...heard }
  const load = stopwatch()
  const busy = await share(server, ROUND_MS)
  const { cpuShare } = load()
  const [rounds, results] = [heard.rounds - before.rounds, heard.results - before.results]
  if (Math.min(rounds, results) < 0.9 * WATCHED) throw new Error(`only ${rounds} rounds began and ${results} ended`)
  const played = await roomsPlayedIn(server, rooms, accounts[0])
  for (const socket of sockets) socket.terminate()

  const what = `${ROOMS} rooms with games, ${WATCHED} with a viewer`
  return {
    rows: [
      {
        what: `${what}: CPU of a core`,
        ours: asPercent(busy),
        bare: "-",
        goal: `< ${asPercent(GOAL)}`,
        met: busy < GOAL,
        loadShare: cpuShare,
      },
      { what: `${what}: with rounds`, ours: `${played}`, bare: "-", goal: `${WATCHED}`, met: played === WATCHED },
    ],
    notes: [
      `games: in ${ROUND_MS / 1_000} s ${rounds} rounds began and ${results} ended; with no viewer it was ${asPercent(idle)}`,
    ],
  }
}

const asPercent = (share: number) => `${(share * 100).toFixed(1)} %`

/** The share of a core that the server uses over so long. */
async function share(server: Server, milliseconds: number): Promise<number> {
  const [before, begun] = [server.cpuSeconds(), performance.now()]
  await Bun.sleep(milliseconds)
  return (server.cpuSeconds() - before) / ((performance.now() - begun) / 1_000)
}

/** Works through all, some at once, and answers the outcomes in their order. */
async function each<T, R>(all: T[], work: (one: T, n: number) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (let from = 0; from < all.length; from += AT_ONCE) {
    done.push(...(await Promise.all(all.slice(from, from + AT_ONCE).map((one, n) => work(one, from + n)))))
  }
  return done
}

/** Sits down in a room, as an app does that plays, and counts what it hears. */
function watch(server: Server, roomId: number, viewer: Account, heard: { rounds: number; results: number }) {
  return listen(server, roomId, viewer, (frame) => {
    if (frame["mtype"] === 1041) heard.rounds++
    if (frame["mtype"] === 1044) heard.results++
  })
}

/** In how many of the rooms a round was played to its end, as anybody may ask; all of them must be on the air still. */
async function roomsPlayedIn(server: Server, rooms: number[], asker: Account | undefined): Promise<number> {
  if (!asker) throw new Error("nobody is there to ask")
  const room = await fetch(`http://127.0.0.1:${server.port}/room_info?rid=${rooms[0]}`)
  if (!(await room.text()).includes('"Statue":1')) throw new Error("the rooms were closed meanwhile")
  let told: (frame: Record<string, unknown>) => void = () => {}
  const socket = await listen(server, 0, asker, (frame) => frame["mtype"] === 48 && told(frame))
  let played = 0
  for (const roomId of rooms) {
    const answer = new Promise<Record<string, unknown>>((resolve) => {
      told = resolve
    })
    socket.send(JSON.stringify({ mtype: 47, room_id: roomId }))
    if (((await answer)["record"] as unknown[]).length > 0) played++
  }
  socket.terminate()
  return played
}

function listen(server: Server, roomId: number, account: Account, hear: (frame: Record<string, unknown>) => unknown) {
  const decoder = new TextDecoder()
  return openSocket(server.port, `${socketPath(roomId, account)}&ext=1`, {
    text: (bytes, start, end) => void hear(JSON.parse(decoder.decode(bytes.subarray(start, end)))),
    read() {},
    close(code) {
      throw new Error(`the server closed a socket with ${code}`)
    },
  })
}
