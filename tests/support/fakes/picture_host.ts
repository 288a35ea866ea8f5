import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { $ } from "bun"
import type { Network } from "../../../src/fetching/public_fetch.ts"
import { noisePng } from "../images.ts"

/** What it has from the start. */
export const pictures = {
  png: Buffer.from(noisePng(2, 2)),
  page: Buffer.from("<html><script>alert(1)</script>"),
}

/**
 * A host of pictures on the loopback, and an internet that consists of it alone: its names are `pictures.test` and whatever
 * `names` has, and any other port than its own is somebody's private one.
 */
export interface FakePictureHost extends AsyncDisposable {
  port: number
  /** `http://pictures.test:PORT/NAME` */
  at(name: string): string
  network: Network
  /** What else names stand for, by one question after another; the last answer stays. */
  names: Record<string, string[][]>
  /** Names that were asked for. */
  resolved: string[]
  /** What was fetched, as `HOST PATH`. */
  fetched: string[]
  /** What is found under a path. */
  files: Map<string, () => Response | Promise<Response>>
}

export interface Certificate {
  key: string
  cert: string
}

export async function startPictureHost(tls?: Certificate): Promise<FakePictureHost> {
  const ended = Promise.withResolvers<Response>()
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    ...(tls && { tls }),
    fetch(request) {
      const path = new URL(request.url).pathname
      host.fetched.push(`${request.headers.get("host")} ${path}`)
      return host.files.get(path)?.() ?? new Response("not here", { status: 404 })
    },
  })
  const port = server.port ?? 0
  const found = Object.entries(pictures).map(([name, bytes]) => [`/${name}`, () => new Response(bytes)] as const)
  const host: FakePictureHost = {
    port,
    at: (name) => `${tls ? "https" : "http"}://pictures.test:${port}/${name}`,
    network: {
      async resolve(name) {
        host.resolved.push(name)
        const answers = host.names[name]
        if (answers) return (answers.length > 1 ? answers.shift() : answers[0]) ?? []
        if (name === "pictures.test") return ["127.0.0.1"]
        throw new Error(`getaddrinfo ENOTFOUND ${name}`)
      },
      allows: (address, asked) => address === "127.0.0.1" && asked === port,
      ...(tls && { authority: tls.cert }),
    },
    names: {},
    resolved: [],
    fetched: [],
    files: new Map<string, () => Response | Promise<Response>>([...found, ["/slow", () => ended.promise]]),
    async [Symbol.asyncDispose]() {
      ended.resolve(new Response())
      await server.stop(true)
    },
  }
  return host
}

/** A certificate for one name, which is its own authority. */
export async function certificateFor(name: string): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), "fake-pictures-"))
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")]
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    await $`openssl req -x509 ${curve} -subj /CN=${name} -addext subjectAltName=DNS:${name} -keyout ${key} -out ${cert}`.quiet()
    return { key: await Bun.file(key).text(), cert: await Bun.file(cert).text() }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
