import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test"
import { fetchPublic, internet, NotFetched } from "../../src/fetching/public_fetch.ts"
import { certificateFor, type FakePictureHost, pictures, startPictureHost } from "../support/fakes/picture_host.ts"

const limits = { bytesMost: 10_000, timeout: 2_000 }

let host: FakePictureHost
/** What lies on the same machine and is nobody else's business. */
let secret: ReturnType<typeof Bun.serve>
let stolen = 0

beforeAll(async () => {
  host = await startPictureHost()
  secret = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch() {
      stolen++
      return new Response(pictures.png)
    },
  })
})
afterAll(async () => {
  await host[Symbol.asyncDispose]()
  await secret.stop(true)
})
beforeEach(() => {
  host.names = {}
  host.resolved = []
  host.fetched = []
})

const fetched = (url: string, terms = limits) => fetchPublic(url, terms, host.network)
const refusal = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => new Error("it was fetched"),
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(NotFetched)
  return error.message
}

test("a stranger's picture is fetched as the host that was named", async () => {
  expect(Buffer.from(await fetched(host.at("png?size=132#face")))).toEqual(pictures.png)
  expect(host.fetched).toEqual([`pictures.test:${host.port} /png`])
})

describe("nothing is fetched", () => {
  test.each([
    "file:///etc/passwd",
    "data:image/png;base64,iVBORw0KGgo=",
    "ftp://pictures.test/png",
    "//pictures.test/png",
    "http://ana:secret@pictures.test/png",
    "http://",
    "",
    `https://pictures.test/${"a".repeat(2_048)}`,
  ])("from %.40s", async (url) => {
    expect(await refusal(fetched(url))).toContain("no web address")
    expect(host.resolved).toEqual([])
  })

  const own = () => secret.port
  test.each([
    () => `http://127.0.0.1:${own()}/`,
    () => `http://localhost:${own()}/`,
    () => `http://2130706433:${own()}/`,
    () => `http://0x7f.1:${own()}/`,
    () => `http://[::ffff:127.0.0.1]:${own()}/`,
    () => `http://[::ffff:7f00:1]:${own()}/`,
    () => `http://[::127.0.0.1]:${own()}/`,
    () => `http://[64:ff9b::127.0.0.1]:${own()}/`,
    () => `http://[::1]:${own()}/`,
    () => `http://[::]:${own()}/`,
    () => `http://0:${own()}/`,
    () => `http://127.1:${own()}/`,
    () => `http://0177.0.0.1:${own()}/`,
    () => `http://127.0.0.1.:${own()}/`,
    () => `http://１２７.０.０.１:${own()}/`,
    () => "http://169.254.169.254/latest/meta-data/",
    () => "http://100.100.100.200/latest/meta-data/",
    () => "http://[fd00:ec2::254]/latest/meta-data/",
    () => "http://8.8.8.8:6379/",
  ])("from this machine, its network or an odd port: %p", async (url) => {
    expect(await refusal(fetchPublic(url(), limits, internet))).toContain("no address that may be fetched from")
    expect(stolen).toBe(0)
  })

  test("from a name that stands for a private address, be it one of several, or for none", async () => {
    host.names = { "evil.test": [["10.0.0.1"]], "half.test": [["127.0.0.1", "10.0.0.1"]], "empty.test": [[]] }
    for (const name of Object.keys(host.names)) {
      const url = `http://${name}:${host.port}/png`
      expect(await refusal(fetched(url))).toContain("no address that may be fetched from")
    }
    expect(await refusal(fetched("http://nowhere.test/png"))).toBe("the host cannot be reached")
    expect(host.fetched).toEqual([])
  })

  test("by a redirect to what may not be fetched, nor without an end", async () => {
    const to = (path: string, location: string) =>
      host.files.set(path, () => new Response(null, { status: 302, headers: { location } }))
    to("/secret", `http://127.0.0.1:${secret.port}/`)
    to("/file", "file:///etc/passwd")
    to("/loop", "/loop")
    to("/one", "/two")
    to("/two", host.at("three"))
    to("/three", "png")
    expect(await refusal(fetched(host.at("secret")))).toContain("no address that may be fetched from")
    expect(await refusal(fetched(host.at("file")))).toContain("no web address")
    expect(await refusal(fetched(host.at("loop")))).toContain("redirects")
    expect(stolen).toBe(0)
    expect(Buffer.from(await fetched(host.at("one")))).toEqual(pictures.png)

    // A name that was looked at for the first hop is looked at again for the next.
    host.names = { "rebound.test": [["127.0.0.1"], ["10.0.0.1"]] }
    to("/again", `http://rebound.test:${host.port}/png`)
    const { length } = host.fetched
    expect(await refusal(fetched(`http://rebound.test:${host.port}/again`))).toContain("no address that may be fetched")
    expect(host.fetched.slice(length)).toEqual([`rebound.test:${host.port} /again`])
  })

  test("of a name that is pointed elsewhere once it was looked at", async () => {
    host.names = { "rebound.test": [["127.0.0.1"], ["10.0.0.1"]] }
    const url = `http://rebound.test:${host.port}/png`
    expect(Buffer.from(await fetched(url))).toEqual(pictures.png)
    expect(host.resolved).toEqual(["rebound.test"])
    expect(await refusal(fetched(url))).toContain("no address that may be fetched from")
    expect(host.fetched).toHaveLength(1)
  })

  test("that is no 200", async () => {
    expect(await refusal(fetched(host.at("missing")))).toBe("the host answered 404")
    host.files.set("/nowhere", () => new Response(null, { status: 302 }))
    expect(await refusal(fetched(host.at("nowhere")))).toBe("the host answered 302")
  })

  test("that has no end, or is too slow, or whose name is", async () => {
    const { promise: hungUp, resolve: hangUp } = Promise.withResolvers<void>()
    host.files.set("/endless", () => {
      const body = new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
        cancel: () => hangUp(),
      })
      return new Response(body)
    })
    expect(await refusal(fetched(host.at("endless")))).toBe("it has more than 10000 bytes")
    await hungUp
    expect(await refusal(fetched(host.at("slow"), { ...limits, timeout: 100 }))).toBe("it took longer than 100 ms")
    const { promise: letGo, resolve: lets } = Promise.withResolvers<void>()
    host.files.set("/drops", () => {
      const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
        await Bun.sleep(10)
        controller.enqueue(new Uint8Array(1))
      }
      return new Response(new ReadableStream({ pull, cancel: () => lets() }))
    })
    expect(await refusal(fetched(host.at("drops"), { ...limits, timeout: 200 }))).toBe("it took longer than 200 ms")
    await letGo
    const silent = { ...host.network, resolve: () => new Promise<string[]>(() => {}) }
    const asked = fetchPublic("http://silent.test/png", { ...limits, timeout: 100 }, silent)
    expect(await refusal(asked)).toBe("it took longer than 100 ms")
  })

  test("that unfolds into more than it was", async () => {
    const packed = Bun.gzipSync(new Uint8Array(1_000_000))
    host.files.set("/packed", () => new Response(packed, { headers: { "content-encoding": "gzip" } }))
    expect((await fetched(host.at("packed"))).length).toBe(packed.length)
  })
})

test("by HTTPS the certificate must be the name's, though the address is what is connected to", async () => {
  const certificate = await certificateFor("pictures.test")
  await using secure = await startPictureHost(certificate)
  secure.names = { "other.test": [["127.0.0.1"]] }
  expect(Buffer.from(await fetchPublic(secure.at("png"), limits, secure.network))).toEqual(pictures.png)
  const other = secure.at("png").replace("pictures.test", "other.test")
  expect(await refusal(fetchPublic(other, limits, secure.network))).toBe("the host cannot be reached")
  const { authority: _, ...distrusting } = secure.network
  expect(await refusal(fetchPublic(secure.at("png"), limits, distrusting))).toBe("the host cannot be reached")
  expect(secure.fetched).toHaveLength(1)
})
