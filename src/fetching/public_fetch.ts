import { lookup } from "node:dns/promises"
import { isIP } from "node:net"
import { readBounded, TooLong } from "./body.ts"
import { isPublicAddress } from "./public_address.ts"

/** Redirects followed; each is looked at like a first address. */
const redirectsMost = 3
const urlLengthMost = 2_048
const redirects = [301, 302, 303, 307, 308]
const ports = [80, 443]

/** What lies behind names and addresses. */
export interface Network {
  /** Every address that a host's name stands for. */
  resolve(host: string): Promise<string[]>
  allows(address: string, port: number): boolean
  /** A further certificate authority to believe, in PEM. */
  authority?: string
}

/** The public internet: no address of this machine or its network, and the usual ports alone. */
export const internet: Network = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  allows: (address, port) => isPublicAddress(address) && ports.includes(port),
}

export interface Limits {
  bytesMost: number
  /** For everything together, in milliseconds. */
  timeout: number
}

/** Nothing could be fetched, or nothing that may be. The message is fit for a log: it has no address in it. */
export class NotFetched extends Error {
  override readonly name = "NotFetched"
}

/**
 * Fetches what a stranger named, as a stranger would see it. The addresses of the host are looked at, and a connection is
 * made to the very one that was, so that a name cannot be pointed elsewhere in between.
 *
 * @throws {NotFetched} for anything but a 200 within the limits
 */
export async function fetchPublic(
  url: string,
  { bytesMost, timeout }: Limits,
  network = internet,
): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(timeout)
  try {
    return await readBounded((await follow(parse(url), network, signal)).body, bytesMost)
  } catch (error) {
    if (error instanceof NotFetched) throw error
    if (error instanceof TooLong) throw new NotFetched(`it has more than ${bytesMost} bytes`)
    throw new NotFetched(signal.aborted ? `it took longer than ${timeout} ms` : "the host cannot be reached")
  }
}

async function follow(first: URL, network: Network, signal: AbortSignal): Promise<Response> {
  let target = first
  for (let hop = 0; hop <= redirectsMost; hop++) {
    const answer = await fetchFrom(target, await addressOf(target, network, signal), network, signal)
    if (answer.status === 200) return answer
    await answer.body?.cancel()
    const next = answer.headers.get("location")
    if (!redirects.includes(answer.status) || next === null) throw new NotFetched(`the host answered ${answer.status}`)
    target = parse(next, target)
  }
  throw new NotFetched(`there were more than ${redirectsMost} redirects`)
}

function parse(url: string, base?: URL): URL {
  const parsed = url.length <= urlLengthMost ? URL.parse(url, base?.href) : null
  if (!parsed || !["http:", "https:"].includes(parsed.protocol) || parsed.username || parsed.password) {
    throw new NotFetched("that is no web address that may be fetched")
  }
  return parsed
}

async function addressOf(target: URL, network: Network, signal: AbortSignal): Promise<string> {
  const host = nameOf(target)
  const addresses = isIP(host) ? [host] : await inTime(network.resolve(host), signal)
  const [first] = addresses
  // One private address among several is a trick, or a network we should not be in.
  if (first === undefined || !addresses.every((address) => network.allows(address, portOf(target)))) {
    throw new NotFetched("the host has no address that may be fetched from")
  }
  return first
}

/** The host's name, or its address without the brackets of IPv6. */
const nameOf = ({ hostname }: URL) => hostname.replace(/^\[(.*)\]$/, "$1")

const portOf = ({ protocol, port }: URL) => Number(port || (protocol === "https:" ? 443 : 80))

/** A name server may be silent for long, and cannot be interrupted. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  })
  return Promise.race([work, late])
}

function fetchFrom(target: URL, address: string, network: Network, signal: AbortSignal): Promise<Response> {
  const at = new URL(target)
  at.hostname = isIP(address) === 6 ? `[${address}]` : address
  at.hash = ""
  return fetch(at, {
    headers: { Host: target.host, Accept: "image/*", "Accept-Encoding": "identity", "User-Agent": "Mili" },
    redirect: "manual",
    decompress: false,
    // A kept connection would be another host's with the same address.
    keepalive: false,
    signal,
    tls: {
      ...(network.authority !== undefined && { ca: network.authority }),
      // The certificate must be the name's, not the address's.
      ...(isIP(nameOf(target)) === 0 && { serverName: target.hostname }),
    },
  })
}
