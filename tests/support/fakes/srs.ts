import { type Control, serveControl } from "./rtmp_control.ts"

interface Client {
  id: string
  kind: "publisher" | "viewer" | "hls"
  app: string
  stream: string
  param: string
}

/** SRS on the loopback: its HTTP API, and its calls to a server about what clients do. */
export interface FakeSrs extends AsyncDisposable {
  control: Control
  /** The connections that are there. */
  clients: Map<string, Client>
  /** Returns the connection, or undefined for one that was refused, here or by the server. */
  publish(stream: string, param: string): Promise<string | undefined>
  /** @param url such as `live/7`, `live/7.flv` or, of HLS, `live/7/index.m3u8` */
  play(url: string, param: string): Promise<string | undefined>
  leave(connection: string): Promise<void>
  /** A recording is complete. @param file relative to `cwd` or not */
  record(connection: string, cwd: string, file: string): Promise<Response>
  /** Viewers who are there already. */
  crowd(stream: string, count: number): void
  /** Viewers leave by themselves once they were listed. */
  restless: boolean
}

/** @param callsUrl where its calls go, each with the action in its body */
export function startFakeSrs(callsUrl: string, app = "live"): FakeSrs {
  const clients = new Map<string, Client>()
  const leaving = new Set<Promise<void>>()
  let counted = 0

  const control = serveControl((request, url) => {
    const [, what, id = ""] = /^\/api\/v1\/(streams|clients)\/?(.*)$/.exec(url.pathname) ?? []
    const page = <T>(all: T[]) => {
      const start = Number(url.searchParams.get("start") ?? 0)
      return all.slice(start, start + Math.max(1, Number(url.searchParams.get("count") ?? 1)))
    }
    if (request.method === "DELETE" && what === "clients") return Response.json({ code: cut(id) })
    if (what === "streams") return Response.json({ code: 0, streams: page(streamsOf([...clients.values()])) })
    if (what === "clients") {
      const listed = page([...clients.values()])
      if (srs.restless) for (const { id, kind } of listed) if (kind === "viewer") clients.delete(id)
      return Response.json({ code: 0, clients: listed.map(clientEntry) })
    }
    return new Response("Not Found", { status: 404 })
  })

  /** SRS answers first, and the connection ends after that. */
  function cut(id: string): number {
    const client = clients.get(decodeURIComponent(id))
    if (!client) return 2049
    if (client.kind === "hls") return 400
    const left = Bun.sleep(20)
      .then(() => srs.leave(client.id))
      .finally(() => leaving.delete(left))
    leaving.add(left)
    return 0
  }

  const call = (action: string, client: Client, more: Record<string, string> = {}) => {
    const { id, stream, param } = client
    const body = {
      server_id: "vid-1",
      service_id: "s1",
      action,
      client_id: id,
      ip: "127.0.0.1",
      vhost: "__defaultVhost__",
      app: client.app,
      tcUrl: "rtmp://127.0.0.1/live",
      stream,
      param,
      stream_url: `/${client.app}/${stream}`,
      stream_id: "vid-2",
      ...more,
    }
    return fetch(callsUrl, { method: "POST", body: JSON.stringify(body) })
  }

  const newClient = (kind: Client["kind"], of: Omit<Client, "id" | "kind">): Client => ({
    id: `c${++counted}`,
    kind,
    ...of,
  })

  const srs: FakeSrs = {
    control,
    clients,
    async publish(stream, param) {
      const client = newClient("publisher", { app, stream, param })
      if (!(await allows(await call("on_publish", client)))) return undefined
      if ([...clients.values()].some((one) => one.kind === "publisher" && one.stream === stream)) {
        await call("on_unpublish", client)
        return undefined
      }
      clients.set(client.id, client)
      return client.id
    },
    async play(url, param) {
      const [, of = "", stream = ""] = /^(.*)\/([^/.]*)/.exec(url) ?? []
      const client = newClient(url.endsWith(".m3u8") ? "hls" : "viewer", { app: of, stream, param })
      if (!(await allows(await call("on_play", client)))) return undefined
      clients.set(client.id, client)
      return client.id
    },
    async leave(connection) {
      const client = clients.get(connection)
      if (!client) return
      clients.delete(connection)
      await call(client.kind === "publisher" ? "on_unpublish" : "on_stop", client)
    },
    record(connection, cwd, file) {
      const client = clients.get(connection) ?? newClient("publisher", { app, stream: "7", param: "" })
      return call("on_dvr", client, { cwd, file })
    },
    crowd(stream, count) {
      for (let i = 0; i < count; i++) {
        const client = newClient("viewer", { app, stream, param: "" })
        clients.set(client.id, client)
      }
    },
    restless: false,
    async [Symbol.asyncDispose]() {
      await Promise.all(leaving)
      await control.stop()
    },
  }
  return srs
}

/** As SRS reads an answer: 200 or 201, not empty, and the text 0 or an object whose code is 0. */
async function allows(answer: Response): Promise<boolean> {
  const body = await answer.text()
  if (![200, 201].includes(answer.status) || body === "") return false
  try {
    const read = JSON.parse(body)
    return read === 0 || read.code === 0
  } catch {
    return false
  }
}

const streamId = ({ app, stream }: Client) => `vid-${app}-${stream}`

function streamsOf(clients: Client[]) {
  const firsts = new Map(clients.map((one) => [streamId(one), one]))
  return [...firsts].map(([id, { app, stream }]) => {
    const publisher = clients.find((one) => streamId(one) === id && one.kind === "publisher")
    const publish = { active: publisher !== undefined, ...(publisher && { cid: publisher.id }) }
    return { id, name: stream, vhost: "vid-0", app, clients: 1, publish, video: null, audio: null }
  })
}

const clientEntry = (client: Client) => ({
  id: client.id,
  vhost: "vid-0",
  stream: streamId(client),
  ip: "127.0.0.1",
  url: `/${client.app}/${client.stream}`,
  name: client.stream,
  publish: client.kind === "publisher",
})
