import type { Socket } from "../support/socket.ts"
import { type Answer, call, enter } from "./client.ts"
import type { Member, Opening, Promises, Totals } from "./promises.ts"

const clients = { registering: 4, hosting: 16, watching: 12 }

export interface Storm {
  /** Sockets opened so far, also those that are closed again. */
  sockets: Socket[]
  /** Ends the clients after the call each has under way, and waits for them. */
  stop(): Promise<void>
}

/**
 * Thirty-two clients at once until told to stop or the server dies: some register names, some open, enter, replace and
 * close rooms of their own, some wander through the rooms. Whatever is acknowledged goes to `promises`.
 */
export function startStorm(url: string, promises: Promises): Storm {
  let stopped = false
  const sockets: Socket[] = []
  const hosts = promises.members.slice(0, clients.hosting)

  /** An answer that was acknowledged; undefined when it was refused or the server is gone, which promises nothing. */
  async function tell(path: string, values: object): Promise<Answer | undefined> {
    const answer = await call(url, "POST", path, values)
    if (answer.ErrCode === 1) noteFault(promises, path, answer)
    if (answer.ErrCode !== 0) return undefined
    return answer
  }

  async function go(member: Member, roomId: number): Promise<Socket> {
    const socket = await enter(url, roomId, { token: member.token, uid: member.uid })
    sockets.push(socket)
    return socket
  }

  async function register() {
    const made = await registerOne(url, promises)
    if (!made) throw new Error("not registered")
  }

  async function host(member: Member) {
    const opened = await open(member)
    if (!opened) return
    const socket = await go(member, opened.roomId)
    opened.wasHosted = true
    if (Math.random() < 0.3) await open(member)
    else if (Math.random() < 0.8) await close(opened)
    if (Math.random() < 0.5) await socket.leaves()
  }

  async function open(host: Member): Promise<Opening | undefined> {
    for (const former of promises.openings) if (former.host === host) former.mayBeOver = true
    const answer = await tell("/room/create_room", { token: host.token, room_name: `at ${host.nickName}'s` })
    if (!answer) return undefined
    const opening: Opening = { roomId: Number(answer["roomid"]), host, mayBeOver: false, wasHosted: false }
    promises.openings.push(opening)
    promises.count()
    return opening
  }

  async function close(opening: Opening) {
    opening.mayBeOver = true
    const answer = await tell("/room/close_room", { token: opening.host.token, roomid: opening.roomId })
    if (!answer) return
    opening.totals = totalsOf(answer)
    promises.count()
  }

  async function watch(member: Member) {
    const { RoomList } = await call(url, "GET", "/list_room", {})
    const rooms = RoomList as { room_id: string }[]
    const room = rooms[Math.floor(Math.random() * rooms.length)]
    if (!room) return void (await Bun.sleep(1))
    const socket = await go(member, Number(room.room_id))
    socket.says("good evening")
    if (Math.random() < 0.7) await socket.leaves()
  }

  async function again(work: () => Promise<void>) {
    while (!stopped) {
      try {
        await work()
      } catch {
        // The server is gone; what was asked last may or may not have been done.
        if (!(await isThere(url))) return
      }
    }
  }

  const working = [
    ...Array.from({ length: clients.registering }, () => again(register)),
    ...hosts.map((member) => again(() => host(member))),
    ...promises.members
      .slice(clients.hosting, clients.hosting + clients.watching)
      .map((member) => again(() => watch(member))),
  ]
  return {
    sockets,
    async stop() {
      stopped = true
      await Promise.all(working)
    },
  }
}

/** Registers the hosts and watchers of a storm, and two whom it leaves alone, the last. */
export async function registerCast(url: string, promises: Promises): Promise<void> {
  await Promise.all(Array.from({ length: clients.hosting + clients.watching + 2 }, () => registerOne(url, promises)))
}

async function registerOne(url: string, promises: Promises): Promise<Member | undefined> {
  const account = `n${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`
  const answer = await call(url, "POST", "/action/register", { account, pwd: "a password" })
  if (answer.ErrCode !== 0) {
    noteFault(promises, "register", answer)
    return undefined
  }
  const { uid, token, nick_name } = answer
  const member = { uid: Number(uid), token: String(token), nickName: String(nick_name) }
  promises.members.push(member)
  promises.count()
  return member
}

/** A server that is stopping may say so. */
function noteFault({ faults }: Promises, what: string, { ErrMsg }: Answer) {
  if (!/restarting/.test(String(ErrMsg))) faults.push(`${what}: ${ErrMsg}`)
}

export const totalsOf = ({ time, count, rice }: Answer): Totals => ({ time, count, rice }) as unknown as Totals

const isThere = (url: string) =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  )
