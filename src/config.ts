import { backupSettings } from "./settings/backup.ts"
import { filesSettings } from "./settings/files.ts"
import { identitySettings } from "./settings/identity.ts"
import { mediaSettings } from "./settings/media.ts"
import { moneySettings } from "./settings/money.ts"
import { paymentSettings } from "./settings/payment.ts"
import { rtcSettings } from "./settings/rtc.ts"
import { serverSettings } from "./settings/server.ts"
import type { Setting } from "./settings/setting.ts"
import { smsSettings } from "./settings/sms.ts"

/** The server's settings, read once from the environment and checked at start. */
export type Config = ReturnType<typeof parse>

type Environment = Record<string, string | undefined>

const settings = {
  ...serverSettings,
  ...smsSettings,
  ...identitySettings,
  ...mediaSettings,
  ...rtcSettings,
  ...filesSettings,
  ...paymentSettings,
  ...moneySettings,
  ...backupSettings,
} satisfies Record<string, Setting<unknown>>

/** Settings that bring a real vendor of payments or of sign-in, beside which nothing may be play. */
const realVendors = [
  "weixinMchId",
  "weixinAppId",
  "appleBundleId",
  "googlePackage",
  "qqAppIds",
  "sinaAppKey",
  "facebookAppId",
  "twitterConsumerKey",
] as const satisfies (keyof typeof settings)[]

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
  if (config.backupTo?.startsWith("s3://") && (!config.backupS3KeyId || !config.backupS3Secret)) {
    throw new Error("BACKUP_TO=s3://… needs BACKUP_S3_KEY_ID and BACKUP_S3_SECRET.")
  }
  if (config.backupTo && config.databaseUrl) {
    throw new Error("BACKUP_TO is for SQLite; with DATABASE_URL leave it out, and back Postgres up by pg_dump.")
  }
  const real = realVendors.find((key) => config[key] !== undefined)
  if (config.sandbox && real !== undefined) {
    throw new Error(`SANDBOX must not be on beside a real provider's settings: ${settings[real].name} is set.`)
  }
  if (config.sandbox && ["aliyun", "twilio", "mob"].includes(config.smsProvider)) {
    throw new Error(`SANDBOX must not be on beside a real provider's settings: SMS_PROVIDER is ${config.smsProvider}.`)
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
  const all = Object.values(settings)
  const width = Math.max(...all.map(({ name }) => name.length)) + 2
  return all
    .map(({ name, fallback, help }) => `  ${name.padEnd(width)}${help}${fallback ? ` (${fallback})` : ""}`)
    .join("\n")
}

/** This server as others reach it, without a slash at the end. */
export const publicUrlOf = ({ publicUrl, ports }: Pick<Config, "publicUrl" | "ports">): string =>
  publicUrl ?? `http://localhost:${ports[0]}`
