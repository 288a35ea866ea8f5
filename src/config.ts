import { mediaSettings } from "./settings/media.ts"
import { moneySettings } from "./settings/money.ts"
import { paymentSettings } from "./settings/payment.ts"
import { serverSettings } from "./settings/server.ts"
import type { Setting } from "./settings/setting.ts"

/** The server's settings, read once from the environment and checked at start. */
export type Config = ReturnType<typeof parse>

type Environment = Record<string, string | undefined>

const settings = { ...serverSettings, ...mediaSettings, ...paymentSettings, ...moneySettings } satisfies Record<
  string,
  Setting<unknown>
>

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
