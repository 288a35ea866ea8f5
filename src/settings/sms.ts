import { choice, optional, type Setting, secret, setting, text, url } from "./setting.ts"

const smsText = (value: string) => {
  if (!value.includes("{code}")) throw new Error("must have {code} in it")
  return value
}

/** How codes reach phones, or are checked. */
export const smsSettings = {
  smsProvider: setting(
    "SMS_PROVIDER",
    "log",
    "log, webhook, aliyun, twilio, or mob, whose SDK on the phone sends the codes",
    choice("log", "webhook", "aliyun", "twilio", "mob"),
  ),
  smsWebhookUrl: optional(
    "SMS_WEBHOOK_URL",
    "Where the webhook provider posts {tel, code, purpose}",
    url("http", "https"),
  ),
  smsWebhookSecret: secret("SMS_WEBHOOK_SECRET", "Signs the webhook's posts", text),
  smsAliyunKeyId: optional("SMS_ALIYUN_KEY_ID", "Access key's id at Aliyun", text),
  smsAliyunKeySecret: secret("SMS_ALIYUN_KEY_SECRET", "That key's secret", text),
  smsAliyunSign: optional("SMS_ALIYUN_SIGN", "Signature of the messages, as Aliyun approved it", text),
  smsAliyunTemplate: optional("SMS_ALIYUN_TEMPLATE", "Number of the template, which has the variable code", text),
  smsAliyunUrl: setting("SMS_ALIYUN_URL", "https://dysmsapi.aliyuncs.com", "Aliyun's address", url("http", "https")),
  smsTwilioSid: optional("SMS_TWILIO_SID", "Account's SID at Twilio", text),
  smsTwilioToken: secret("SMS_TWILIO_TOKEN", "That account's token", text),
  smsTwilioFrom: optional("SMS_TWILIO_FROM", "Number messages come from, or a messaging service's SID (MG…)", text),
  smsTwilioText: setting("SMS_TWILIO_TEXT", "Your code is {code}. It is good for five minutes.", "Message", smsText),
  smsTwilioUrl: setting("SMS_TWILIO_URL", "https://api.twilio.com", "Twilio's address", url("http", "https")),
  smsMobAppKey: optional("SMS_MOB_APP_KEY", "The app's key at Mob", text),
  smsMobAppKeyIos: optional("SMS_MOB_APP_KEY_IOS", "The iOS app's, where it has its own", text),
  smsMobUrl: setting("SMS_MOB_URL", "https://webapi.sms.mob.com", "Mob's address", url("http", "https")),
} satisfies Record<string, Setting<unknown>>
