import { flag, list, optional, type Setting, secret, setting, text, url } from "./setting.ts"

/** Sign-in by vendors' accounts. WeChat needs no more than `WEIXIN_APP_ID`, which payment has too. */
export const identitySettings = {
  weixinApiUrl: setting("WEIXIN_API_URL", "https://api.weixin.qq.com", "WeChat's address", url("http", "https")),
  qqAppIds: optional("QQ_APP_ID", "The app's id at QQ; several, comma-separated, where Android has its own", list),
  qqApiUrl: setting("QQ_API_URL", "https://graph.qq.com", "QQ's address", url("http", "https")),
  sinaAppKey: optional("SINA_APP_KEY", "The app's key at Weibo", text),
  sinaApiUrl: setting("SINA_API_URL", "https://api.weibo.com", "Weibo's address", url("http", "https")),
  facebookAppId: optional("FACEBOOK_APP_ID", "The app's id at Facebook", text),
  facebookAppSecret: secret("FACEBOOK_APP_SECRET", "Its secret", text),
  facebookApiUrl: setting(
    "FACEBOOK_API_URL",
    "https://graph.facebook.com",
    "Facebook's address; with /v24.0 or so behind it for one version",
    url("http", "https"),
  ),
  twitterConsumerKey: optional("TWITTER_CONSUMER_KEY", "The app's key at Twitter (OAuth 1)", text),
  twitterConsumerSecret: secret("TWITTER_CONSUMER_SECRET", "That key's secret", text),
  twitterApiUrl: setting("TWITTER_API_URL", "https://api.twitter.com", "Twitter's address", url("http", "https")),
  trustBareOpenid: setting(
    "TRUST_BARE_OPENID",
    "0",
    "1 signs in by Facebook and Twitter whoever names an id, without proof: anybody can be anybody",
    flag,
  ),
} satisfies Record<string, Setting<unknown>>
