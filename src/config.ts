import { BlockList, isIP } from "node:net"

/** The server's settings, read once from the environment and checked at start. */
export type Config = ReturnType<typeof parse>

type Environment = Record<string, string | undefined>

interface Setting<T> {
  name: string
  /** One line for `mili help`. */
  help: string
  /** Its value is never shown. */
  secret?: boolean
  /** The text used when the variable is not set; undefined leaves the setting out. */
  fallback: string | undefined
  /** @throws with the rest of a sentence that begins with the variable's name */
  read(value: string): T
}

const text = (value: string) => value

const flag = (value: string) => {
  if (value === "1" || value === "true") return true
  if (value === "0" || value === "false" || value === "") return false
  throw new Error("must be 1 or 0")
}

const whole = (least: number, most: number) => (value: string) => {
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw new Error(`must be a whole number from ${least} to ${most}`)
  }
  return number
}

const port = whole(0, 65_535)

const ports = (value: string) => value.split(",").map((one) => port(one.trim()))

const choice =
  <T extends string>(...names: T[]) =>
  (value: string): T => {
    const found = names.find((name) => name === value)
    if (found === undefined) throw new Error(`must be one of ${names.join(", ")}`)
    return found
  }

const url =
  (...schemes: string[]) =>
  (value: string) => {
    const parsed = URL.parse(value)
    if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1))) {
      throw new Error(`must be an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`)
    }
    return value.replace(/\/+$/, "")
  }

const dataKey = (value: string) => {
  if (!/^[0-9a-fA-F]{64}$/.test(value)) throw new Error("must be 64 hex digits")
  return value.toLowerCase()
}

const timeZone = (value: string) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: value })
  } catch {
    throw new Error("must be a time zone such as Asia/Shanghai")
  }
  return value
}

/** Addresses and networks such as `10.0.0.0/8`. */
const networks = (value: string) => {
  const list = new BlockList()
  for (const one of value.split(",").map((part) => part.trim())) {
    if (one === "") continue
    const [address = "", bits] = one.split("/")
    const family = isIP(address) === 6 ? "ipv6" : "ipv4"
    const most = family === "ipv6" ? 128 : 32
    if (!isIP(address) || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= most))) {
      throw new Error("must be addresses or networks such as 10.0.0.0/8, comma-separated")
    }
    list.addSubnet(address, bits === undefined ? most : Number(bits), family)
  }
  return list
}

const version = (value: string) => {
  if (!/^\d+(\.\d+)*$/.test(value)) throw new Error("must be a version such as 2.1")
  return value
}

const setting = <T>(name: string, fallback: string, help: string, read: (value: string) => T): Setting<T> => ({
  name,
  help,
  fallback,
  read,
})

const secret = <T>(name: string, help: string, read: (value: string) => T): Setting<T | undefined> => ({
  ...optional(name, help, read),
  secret: true,
})

const optional = <T>(name: string, help: string, read: (value: string) => T): Setting<T | undefined> => ({
  name,
  help,
  fallback: undefined,
  read,
})

const settings = {
  ports: setting("PORT", "3000", "Ports to listen on, comma-separated; every route answers on each", ports),
  host: setting("HOST", "0.0.0.0", "Address to listen on", text),
  rtmpPort: setting("RTMP_PORT", "1935", "Port of the RTMP addresses when RTMP_URL is not set", port),
  dataDir: setting("DATA_DIR", "./data", "Folder for the database, keys and files", text),
  publicUrl: optional(
    "PUBLIC_URL",
    "How phones reach this server, e.g. https://live.example.com",
    url("http", "https"),
  ),
  tlsCert: optional("TLS_CERT", "Certificate file (PEM) for HTTPS", text),
  tlsKey: optional("TLS_KEY", "Private key file (PEM) for HTTPS", text),
  trustedProxies: setting(
    "TRUSTED_PROXIES",
    "",
    "Addresses or networks whose X-Forwarded-For is believed, comma-separated",
    networks,
  ),
  timezone: setting("TIMEZONE", "Asia/Shanghai", "Zone of the times on the wire and of the day's turn", timeZone),
  databaseUrl: secret(
    "DATABASE_URL",
    "postgres://… instead of SQLite in the data folder",
    url("postgres", "postgresql"),
  ),
  dataKey: secret("DATA_KEY", "Master key, 64 hex digits; by default a key file in the data folder", dataKey),
  logLevel: setting("LOG_LEVEL", "info", "debug, info, warn or error", choice("debug", "info", "warn", "error")),
  rateLimits: setting("RATE_LIMITS", "on", "off only for load tests on loopback", choice("on", "off")),
  openRegistration: setting("OPEN_REGISTRATION", "0", "1 lets people register by name without a phone", flag),
  tokenTtlDays: setting("TOKEN_TTL", "30", "Days a token lives after it was last used", whole(1, 3650)),
  forcedVersion: optional("FORCED_VERSION", "Apps older than this must update before they sign in, e.g. 2.1", version),
  smsProvider: setting("SMS_PROVIDER", "log", "log or webhook: how codes reach phones", choice("log", "webhook")),
  smsWebhookUrl: optional(
    "SMS_WEBHOOK_URL",
    "Where the webhook provider posts {tel, code, purpose}",
    url("http", "https"),
  ),
  smsWebhookSecret: secret("SMS_WEBHOOK_SECRET", "Signs the webhook's posts", text),
  hostGrace: setting("HOST_GRACE", "60", "Seconds a room stays open without its host", whole(1, 86_400)),
  rtmpUrl: optional(
    "RTMP_URL",
    "Base of push and play addresses, e.g. rtmp://video.example.com/live",
    url("rtmp", "rtmps"),
  ),
  playUrl: optional(
    "PLAY_URL",
    "Base of the FLV and HLS addresses, e.g. https://video.example.com/live",
    url("http", "https"),
  ),
  streamSecret: secret("STREAM_SECRET", "Signs push and play addresses; by default derived from the data key", text),
} satisfies Record<string, Setting<unknown>>

/**
 * Checks the environment.
 *
 * @throws with one sentence naming the variable at fault; variables that are set but empty count as not set
 */
export function parse(environment: Environment) {
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, one]) => [key, readSetting(one, environment[one.name])]),
  ) as { [Key in keyof typeof settings]: ReturnType<(typeof settings)[Key]["read"]> }
  if (new Set(config.ports.filter((one) => one !== 0)).size < config.ports.filter((one) => one !== 0).length) {
    throw new Error("PORT names a port twice.")
  }
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    throw new Error("TLS_CERT and TLS_KEY must be set together.")
  }
  if (config.smsProvider === "webhook" && (!config.smsWebhookUrl || !config.smsWebhookSecret)) {
    throw new Error("SMS_PROVIDER=webhook needs SMS_WEBHOOK_URL and SMS_WEBHOOK_SECRET.")
  }
  return config
}

function readSetting(one: Setting<unknown>, given: string | undefined): unknown {
  const value = given === undefined || given === "" ? one.fallback : given
  if (value === undefined) return undefined
  try {
    return one.read(value)
  } catch (error) {
    const shown = one.secret ? "" : `; it is "${value}"`
    throw new Error(`${one.name} ${error instanceof Error ? error.message : "is wrong"}${shown}.`)
  }
}

/** Every setting in a line, for `mili help`. */
export function describeSettings(): string {
  return Object.values(settings)
    .map(({ name, fallback, help }) => `  ${name.padEnd(20)}${help}${fallback ? ` (${fallback})` : ""}`)
    .join("\n")
}
