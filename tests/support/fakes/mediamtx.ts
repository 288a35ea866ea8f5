import { type Control, serveControl } from "./rtmp_control.ts"

/** MediaMTX on the loopback: its API, its questions by HTTP and the commands that its configuration runs. */
export interface FakeMediaMtx extends AsyncDisposable {
  control: Control
  /** Connections that publish, by path. */
  sources: Map<string, string>
  /** A publisher takes over from one that is there. Returns the connection, or undefined when it is refused. */
  publish(path: string, query: string): Promise<string | undefined>
  /** Returns whether it is let in. */
  ask(action: string, path: string, query: string): Promise<boolean>
  leave(path: string): Promise<void>
  /** A part of a recording is complete. */
  record(path: string, file: string, seconds: string): Promise<Response>
  /** The next commands are run after each other, in this order, whatever happened first. */
  hold(): void
  release(order: "as happened" | "backwards"): Promise<void>
}

/** @param callsUrl what its questions and commands are put behind */
export function startFakeMediaMtx(callsUrl: string): FakeMediaMtx {
  const sources = new Map<string, string>()
  let held: (() => Promise<Response>)[] | undefined

  const control = serveControl((request, url) => {
    const [, path] = /^\/v3\/paths\/get\/(.+)$/.exec(url.pathname) ?? []
    const [, kicked] = /^\/v3\/rtmpconns\/kick\/(.+)$/.exec(url.pathname) ?? []
    if (request.method === "GET" && path) return pathEntry(path)
    if (request.method === "POST" && kicked) return kick(kicked)
    return Response.json({ error: "not found" }, { status: 404 })
  })

  function pathEntry(path: string): Response {
    const id = sources.get(path)
    if (id === undefined) return Response.json({ error: "path not found" }, { status: 404 })
    return Response.json({
      name: path,
      confName: "all_others",
      ready: true,
      available: true,
      online: true,
      source: { type: "rtmpConn", id },
      tracks: ["H264", "MPEG-4 Audio"],
      readers: [{ type: "rtmpConn", id: crypto.randomUUID() }],
    })
  }

  function kick(connection: string): Response {
    const [path] = [...sources].find(([, id]) => id === connection) ?? []
    if (path === undefined) return Response.json({ error: "connection not found" }, { status: 404 })
    // A story may be over before its command has run.
    void mtx.leave(path).catch(() => {})
    return Response.json({ status: "ok" })
  }

  /** `curl --data-urlencode`, as the configuration has it. */
  async function run(name: string, fields: Record<string, string>): Promise<void> {
    const command = () => fetch(`${callsUrl}/${name}`, { method: "POST", body: new URLSearchParams(fields) })
    if (held) held.push(command)
    else await command()
  }

  const mtx: FakeMediaMtx = {
    control,
    sources,
    async publish(path, query) {
      const id = crypto.randomUUID()
      if (!(await authenticate("publish", path, query, id))) return undefined
      if (sources.has(path)) await mtx.leave(path)
      sources.set(path, id)
      await run("available", { path, source: id })
      return id
    },
    ask: (action, path, query) => authenticate(action, path, query, null),
    async leave(path) {
      const id = sources.get(path)
      if (id === undefined) return
      sources.delete(path)
      await run("unavailable", { path, source: id })
    },
    record: (path, file, seconds) =>
      fetch(`${callsUrl}/recorded`, { method: "POST", body: new URLSearchParams({ path, file, seconds }) }),
    hold() {
      held = []
    },
    async release(order) {
      const commands = held ?? []
      held = undefined
      if (order === "backwards") commands.reverse()
      for (const command of commands) await command()
    },
    async [Symbol.asyncDispose]() {
      await control.stop()
    },
  }

  async function authenticate(action: string, path: string, query: string, id: string | null): Promise<boolean> {
    const body = { ip: "127.0.0.1", user: "", password: "", token: "", action, path, protocol: "rtmp", id, query }
    const answer = await fetch(`${callsUrl}/auth`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, userAgent: "" }),
    })
    return answer.ok
  }
  return mtx
}
