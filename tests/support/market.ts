import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startApp, type TestApp } from "./app.ts"
import { type FakeApple, startFakeApple } from "./fakes/apple.ts"
import { type FakeGoogle, startFakeGoogle } from "./fakes/google.ts"
import { type FakeWeixin, startFakeWeixin } from "./fakes/weixin.ts"

/** The server with every way to pay, each at a vendor of its own on the loopback. */
export interface Market extends AsyncDisposable {
  app: TestApp
  weixin: FakeWeixin
  apple: FakeApple
  google: FakeGoogle
}

export const googleSecret = "the-secret-in-the-address"

/** Opens the market; `env` adds to the settings, and `weixin` picks the version of WeChat Pay. */
export async function openMarket(env: Record<string, string> = {}, weixinVersion: 2 | 3 = 2): Promise<Market> {
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), "mili-market-"))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  const keep = async (name: string, content: string | Uint8Array) => {
    const file = join(folder, name)
    await Bun.write(file, content)
    return file
  }
  const weixin = opened.use(startFakeWeixin({ version: weixinVersion }))
  const apple = opened.use(await startFakeApple())
  const google = opened.use(await startFakeGoogle())
  const port = freePort()
  const { clientEmail, privateKeyPem, privateKeyId } = google.serviceAccount
  const account = { client_email: clientEmail, private_key: privateKeyPem, private_key_id: privateKeyId }
  const { settings } = apple
  const app = opened.use(
    await startApp({
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      WEIXIN_PAY_URL: weixin.url,
      WEIXIN_APP_ID: weixin.appId,
      WEIXIN_MCH_ID: weixin.mchId,
      ...(weixinVersion === 2 ? { WEIXIN_API_KEY: weixin.apiKey } : await versionThree(weixin, keep)),
      APPLE_BUNDLE_ID: settings.bundleId,
      APPLE_APP_ID: String(settings.appAppleId),
      APPLE_SHARED_SECRET: settings.sharedSecret,
      APPLE_VERIFY_URL: settings.verifyUrl,
      APPLE_SANDBOX_VERIFY_URL: settings.sandboxVerifyUrl,
      APPLE_API_URL: settings.apiUrl,
      APPLE_SANDBOX_API_URL: settings.sandboxApiUrl,
      APPLE_ISSUER_ID: settings.issuerId,
      APPLE_KEY_ID: settings.keyId,
      APPLE_KEY: await keep("apple.p8", settings.privateKeyPem),
      APPLE_ROOT: await keep("root.der", settings.rootCertificates[0] ?? ""),
      GOOGLE_PACKAGE: google.packageName,
      GOOGLE_LICENCE_KEY: google.licenceKey,
      GOOGLE_SERVICE_ACCOUNT: await keep("account.json", JSON.stringify(account)),
      GOOGLE_NOTIFY_SECRET: googleSecret,
      GOOGLE_API_URL: google.apiUrl,
      GOOGLE_TOKEN_URL: google.tokenUrl,
      ...env,
    }),
  )
  const held = opened.move()
  return { app, weixin, apple, google, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

type Keep = (name: string, content: string) => Promise<string>

async function versionThree(weixin: FakeWeixin, keep: Keep): Promise<Record<string, string>> {
  const files = await Promise.all(
    Object.entries(weixin.platformKeys).map(async ([serial, pem]) => `${serial}=${await keep(`${serial}.pem`, pem)}`),
  )
  return {
    WEIXIN_API_V3_KEY: weixin.apiV3Key,
    WEIXIN_MCH_SERIAL: weixin.merchantSerial,
    WEIXIN_MCH_KEY: await keep("merchant.pem", weixin.merchantKeyPem),
    WEIXIN_PLATFORM_KEYS: files.join(","),
  }
}

/** A port that was free a moment ago: the vendors must know the address before the server listens. */
function freePort(): number {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() })
  const { port = 0 } = server
  server.stop(true)
  return port
}
