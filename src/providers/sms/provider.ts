import type { Config } from "../../config.ts"
import type { SmsProvider } from "./index.ts"
import { logSms } from "./log.ts"
import { webhookSms } from "./webhook.ts"

/** The provider the settings name. `print` writes to the standard output. */
export function smsProvider(config: Config, print: (line: string) => void): SmsProvider {
  if (config.smsProvider === "webhook") {
    return webhookSms({ url: config.smsWebhookUrl ?? "", secret: config.smsWebhookSecret ?? "" })
  }
  return logSms(print)
}
