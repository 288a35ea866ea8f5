import {
  choice,
  dataKey,
  flag,
  longSecret,
  monthDays,
  namedFiles,
  networks,
  numbers,
  optional,
  port,
  ports,
  type Setting,
  secret,
  setting,
  text,
  timeZone,
  url,
  version,
  whole,
} from "./setting.ts"

/** The server's settings, read once from the environment and checked at start. */
export type Config = ReturnType<typeof parse>

type Environment = Record<string, string | undefined>

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
  adminToken: secret(
    "ADMIN_TOKEN",
    "Opens the operator's calls without an account, 32 characters at least",
    longSecret,
  ),
  sandbox: setting("SANDBOX", "0", "1 offers play payments for development; never beside a real provider", flag),
  weixinPayUrl: setting(
    "WEIXIN_PAY_URL",
    "https://api.mch.weixin.qq.com",
    "WeChat Pay's address",
    url("http", "https"),
  ),
  weixinAppId: optional("WEIXIN_APP_ID", "The app's id at WeChat", text),
  weixinMchId: optional("WEIXIN_MCH_ID", "The merchant's number at WeChat Pay", text),
  weixinApiKey: secret("WEIXIN_API_KEY", "WeChat Pay v2 key", text),
  weixinSignType: setting(
    "WEIXIN_SIGN_TYPE",
    "HMAC-SHA256",
    "How WeChat Pay v2 calls are signed: MD5 or HMAC-SHA256",
    choice("MD5", "HMAC-SHA256"),
  ),
  weixinApiV3Key: secret("WEIXIN_API_V3_KEY", "WeChat Pay v3 key, 32 characters; v3 is used when it is set", text),
  weixinMchSerial: optional("WEIXIN_MCH_SERIAL", "Serial number of the merchant's certificate (v3)", text),
  weixinMchKey: optional("WEIXIN_MCH_KEY", "The merchant's private key (v3), a PEM file", text),
  weixinPlatformKeys: optional(
    "WEIXIN_PLATFORM_KEYS",
    "WeChat's public keys (v3) as SERIAL=FILE, comma-separated",
    namedFiles,
  ),
  appleBundleId: optional("APPLE_BUNDLE_ID", "The app's bundle id; Apple payments are off without it", text),
  appleAppId: optional("APPLE_APP_ID", "The app's number at Apple, which production notices carry", whole(1, 1e15)),
  appleSharedSecret: secret("APPLE_SHARED_SECRET", "For receipts of subscriptions", text),
  appleVerifyUrl: setting(
    "APPLE_VERIFY_URL",
    "https://buy.itunes.apple.com/verifyReceipt",
    "Apple's receipt check",
    url("http", "https"),
  ),
  appleSandboxVerifyUrl: setting(
    "APPLE_SANDBOX_VERIFY_URL",
    "https://sandbox.itunes.apple.com/verifyReceipt",
    "The same for play money",
    url("http", "https"),
  ),
  appleApiUrl: setting("APPLE_API_URL", "https://api.storekit.apple.com", "App Store Server API", url("http", "https")),
  appleSandboxApiUrl: setting(
    "APPLE_SANDBOX_API_URL",
    "https://api.storekit-sandbox.apple.com",
    "The same for play money",
    url("http", "https"),
  ),
  appleIssuerId: optional("APPLE_ISSUER_ID", "Issuer of the App Store Server API key", text),
  appleKeyId: optional("APPLE_KEY_ID", "Id of that key", text),
  appleKey: optional("APPLE_KEY", "That key, a .p8 file", text),
  appleRoot: optional("APPLE_ROOT", "A further root certificate to believe (DER file), for tests", text),
  appleTestUsers: setting(
    "APPLE_TEST_USERS",
    "",
    "User ids whom Apple's play money credits (App Review), comma-separated",
    numbers,
  ),
  googlePackage: optional("GOOGLE_PACKAGE", "The app's package name; Google payments are off without it", text),
  googleLicenceKey: optional("GOOGLE_LICENCE_KEY", "The app's licence key from the Play console", text),
  googleServiceAccount: optional("GOOGLE_SERVICE_ACCOUNT", "Key of a service account, a JSON file", text),
  googleNotifySecret: secret("GOOGLE_NOTIFY_SECRET", "The secret in the address that Google's notices come to", text),
  googleApiUrl: setting(
    "GOOGLE_API_URL",
    "https://androidpublisher.googleapis.com",
    "Play Developer API",
    url("http", "https"),
  ),
  googleTokenUrl: setting(
    "GOOGLE_TOKEN_URL",
    "https://oauth2.googleapis.com/token",
    "Where its tokens come from",
    url("http", "https"),
  ),
  ricePerDiamond: setting("RICE_PER_DIAMOND", "1", "Rice a host earns for a diamond's worth of gifts", whole(1, 1_000)),
  riceMaturityDays: setting("RICE_MATURITY_DAYS", "7", "Whole days before earned rice can be withdrawn", whole(0, 365)),
  ricePerYuan: setting("RICE_PER_YUAN", "20", "Rice for one yuan of a withdrawal", whole(1, 100_000)),
  cashFeePercent: setting("CASH_FEE_PERCENT", "3", "Percent of a withdrawal kept as the fee", whole(0, 100)),
  cashRiceMin: setting("CASH_RICE_MIN", "1000", "The least rice of a withdrawal", whole(0, 1_000_000_000)),
  cashDayMax: setting("CASH_DAY_MAX", "5000", "The most yuan a user may withdraw a day", whole(1, 1_000_000)),
  cashShutDays: optional("CASH_SHUT_DAYS", "Days of the month on which nothing is withdrawn, e.g. 1-5", monthDays),
  cashTwoApprovers: setting(
    "CASH_TWO_APPROVERS",
    "2000",
    "A person's withdrawals of a day above so many yuan need two operators",
    whole(0, 1_000_000),
  ),
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
  if (config.sandbox && (config.weixinMchId || config.appleBundleId || config.googlePackage)) {
    throw new Error("SANDBOX must not be on beside a real provider's settings (WEIXIN_, APPLE_, GOOGLE_).")
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

/** This server as others reach it, without a slash at the end. */
export const publicUrlOf = ({ publicUrl, ports }: Pick<Config, "publicUrl" | "ports">): string =>
  publicUrl ?? `http://localhost:${ports[0]}`
