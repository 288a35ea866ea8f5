import type { Config } from "./config.ts"

/**
 * What apps already in people's hands cannot do with these settings, and what would mend it. They have their vendors
 * built in: Mob's SDK has codes sent, pictures go to Qiniu's own hosts, and Facebook and Twitter sign in without a token.
 */
export function unservedByShippedApps(config: Config): string[] {
  const { smsProvider, sandbox, trustBareOpenid } = config
  const lacks: string[] = []
  if (smsProvider !== "mob") {
    lacks.push(
      `can neither register a phone nor reset a password: they have codes sent by Mob, and SMS_PROVIDER is ${smsProvider}; set it to mob, with SMS_MOB_APP_KEY`,
    )
  }
  if (config.filesProvider !== "qiniu") {
    lacks.push(
      `can upload no pictures: they send them to Qiniu's own hosts, and FILES_PROVIDER is ${config.filesProvider}; set it to qiniu`,
    )
  }
  const silent = silentVendors(config)
  if (!sandbox && silent.length > 0) lacks.push(`cannot sign in by ${silent.join(", ")}: no key of theirs is set`)
  if (!trustBareOpenid) {
    lacks.push(
      "cannot sign in by Facebook or Twitter: they send no token; only TRUST_BARE_OPENID=1 would let them, and anybody else too",
    )
  }
  return lacks
}

function silentVendors(config: Config): string[] {
  const keys = {
    WeChat: config.weixinAppId,
    QQ: config.qqAppIds,
    Weibo: config.sinaAppKey,
  }
  return Object.entries(keys).flatMap(([name, key]) => (key === undefined ? [name] : []))
}
