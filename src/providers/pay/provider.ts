import { readFileSync } from "node:fs"
import { z } from "zod"
import type { Config } from "../../config.ts"
import { applePay } from "./apple.ts"
import { appleRoot } from "./apple_root.ts"
import { googlePay } from "./google.ts"
import type { ApplePay, GooglePay, PayProviders, WeixinPay } from "./index.ts"
import { sandboxPay } from "./sandbox.ts"
import { weixinPay } from "./weixin.ts"
import { weixinPayV3 } from "./weixin_v3.ts"

/**
 * The ways to pay that the settings name.
 *
 * @throws with a sentence when one is named in part, or a key file cannot be read
 */
export function payProviders(config: Config, now: () => number): PayProviders {
  if (config.sandbox) return sandboxPay(now)
  return { weixin: weixin(config, now), apple: apple(config, now), google: google(config, now) }
}

function weixin(config: Config, now: () => number): WeixinPay | undefined {
  const { weixinMchId: mchId, weixinPayUrl: baseUrl } = config
  if (!mchId) return undefined
  const appId = needed(config.weixinAppId, "WEIXIN_APP_ID", "WEIXIN_MCH_ID")
  if (config.weixinApiV3Key) {
    return weixinPayV3({
      baseUrl,
      appId,
      mchId,
      apiV3Key: config.weixinApiV3Key,
      merchantSerial: needed(config.weixinMchSerial, "WEIXIN_MCH_SERIAL", "WEIXIN_API_V3_KEY"),
      merchantKeyPem: textIn("WEIXIN_MCH_KEY", needed(config.weixinMchKey, "WEIXIN_MCH_KEY", "WEIXIN_API_V3_KEY")),
      platformKeys: Object.fromEntries(
        needed(config.weixinPlatformKeys, "WEIXIN_PLATFORM_KEYS", "WEIXIN_API_V3_KEY").map(({ name, file }) => [
          name,
          textIn("WEIXIN_PLATFORM_KEYS", file),
        ]),
      ),
      now,
    })
  }
  const apiKey = needed(config.weixinApiKey, "WEIXIN_API_KEY or WEIXIN_API_V3_KEY", "WEIXIN_MCH_ID")
  return weixinPay({ baseUrl, appId, mchId, apiKey, signType: config.weixinSignType, now })
}

function apple(config: Config, now: () => number): ApplePay | undefined {
  if (!config.appleBundleId) return undefined
  return applePay({
    bundleId: config.appleBundleId,
    appAppleId: config.appleAppId,
    sharedSecret: config.appleSharedSecret,
    verifyUrl: config.appleVerifyUrl,
    sandboxVerifyUrl: config.appleSandboxVerifyUrl,
    apiUrl: config.appleApiUrl,
    sandboxApiUrl: config.appleSandboxApiUrl,
    issuerId: config.appleIssuerId,
    keyId: config.appleKeyId,
    privateKeyPem: config.appleKey && textIn("APPLE_KEY", config.appleKey),
    rootCertificates: config.appleRoot ? [appleRoot, bytesIn("APPLE_ROOT", config.appleRoot)] : undefined,
    now,
  })
}

const accountFile = z.object({ client_email: z.string(), private_key: z.string(), private_key_id: z.string() })

function google(config: Config, now: () => number): GooglePay | undefined {
  if (!config.googlePackage) return undefined
  return googlePay({
    packageName: config.googlePackage,
    licenceKey: config.googleLicenceKey,
    serviceAccount: config.googleServiceAccount ? serviceAccountIn(config.googleServiceAccount) : undefined,
    notifySecret: config.googleNotifySecret,
    apiUrl: config.googleApiUrl,
    tokenUrl: config.googleTokenUrl,
    now,
  })
}

function serviceAccountIn(file: string) {
  const text = textIn("GOOGLE_SERVICE_ACCOUNT", file)
  try {
    const { client_email, private_key, private_key_id } = accountFile.parse(JSON.parse(text))
    return { clientEmail: client_email, privateKeyPem: private_key, privateKeyId: private_key_id }
  } catch {
    throw new Error("GOOGLE_SERVICE_ACCOUNT names a file that is no service account's key.")
  }
}

function needed<T>(value: T | undefined, name: string, because: string): T {
  if (value === undefined) throw new Error(`${because} needs ${name} beside it.`)
  return value
}

const textIn = (name: string, file: string) => new TextDecoder().decode(bytesIn(name, file))

function bytesIn(name: string, file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch {
    throw new Error(`${name} names a file that cannot be read: ${file}`)
  }
}
