import type { Config } from "../../config.ts"
import { aliyunSms } from "./aliyun.ts"
import type { SmsProvider } from "./index.ts"
import { logSms } from "./log.ts"
import { mobSms } from "./mob.ts"
import { twilioSms } from "./twilio.ts"
import { webhookSms } from "./webhook.ts"

/** How long a vendor may take to answer, in milliseconds. */
const timeout = 5_000

/**
 * The provider that the settings name. `print` writes to the standard output.
 *
 * @throws with a sentence naming the setting that it lacks
 */
export function smsProvider(config: Config, print: (line: string) => void): SmsProvider {
  const needed = (name: string, value: string | undefined): string => {
    if (value === undefined) throw new Error(`SMS_PROVIDER=${config.smsProvider} needs ${name}.`)
    return value
  }
  switch (config.smsProvider) {
    case "log":
      return logSms(print)
    case "webhook":
      return webhookSms({
        url: needed("SMS_WEBHOOK_URL", config.smsWebhookUrl),
        secret: needed("SMS_WEBHOOK_SECRET", config.smsWebhookSecret),
      })
    case "aliyun":
      return aliyunSms({
        keyId: needed("SMS_ALIYUN_KEY_ID", config.smsAliyunKeyId),
        keySecret: needed("SMS_ALIYUN_KEY_SECRET", config.smsAliyunKeySecret),
        sign: needed("SMS_ALIYUN_SIGN", config.smsAliyunSign),
        template: needed("SMS_ALIYUN_TEMPLATE", config.smsAliyunTemplate),
        url: config.smsAliyunUrl,
        now: Date.now,
        timeout,
      })
    case "twilio":
      return twilioSms({
        sid: needed("SMS_TWILIO_SID", config.smsTwilioSid),
        token: needed("SMS_TWILIO_TOKEN", config.smsTwilioToken),
        from: needed("SMS_TWILIO_FROM", config.smsTwilioFrom),
        text: config.smsTwilioText,
        url: config.smsTwilioUrl,
        timeout,
      })
    case "mob": {
      const android = needed("SMS_MOB_APP_KEY", config.smsMobAppKey)
      return mobSms({ appKeys: { android, ios: config.smsMobAppKeyIos ?? android }, url: config.smsMobUrl, timeout })
    }
  }
}
