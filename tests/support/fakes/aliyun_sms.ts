import { createHash, createHmac } from "node:crypto"
import { type Asked, type FakeVendor, json, type Reply, startVendor } from "./vendor.ts"

export interface FakeAliyunSms extends FakeVendor {
  keyId: string
  keySecret: string
  sign: string
  template: string
  /** What it sent, the newest last. */
  sent: { tel: string; code: string }[]
  /** The outcome of every further message, such as `isv.BUSINESS_LIMIT_CONTROL`. */
  outcome: string
}

/** Starts Aliyun's short messages. `now` is in milliseconds since 1970. */
export async function startFakeAliyunSms(now: () => number = Date.now): Promise<FakeAliyunSms> {
  const nonces = new Set<string>()
  const failure = (status: number, Code: string): Reply =>
    json({ Code, Message: "no", RequestId: "A1", HostId: "dysmsapi.aliyuncs.com", Recommend: "" }, status)

  const vendor = await startVendor((asked) => {
    const [, keyId, names, signature] =
      /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
        asked.header("authorization"),
      ) ?? []
    if (keyId !== aliyun.keyId) return failure(404, "InvalidAccessKeyId.NotFound")
    if (signature !== signatureOf(asked, (names ?? "").split(";"), aliyun.keySecret)) {
      return failure(400, "SignatureDoesNotMatch")
    }
    const nonce = asked.header("x-acs-signature-nonce")
    if (nonces.has(nonce)) return failure(400, "SignatureNonceUsed")
    nonces.add(nonce)
    const date = asked.header("x-acs-date")
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date) || Math.abs(Date.parse(date) - now()) > 900_000) {
      return failure(400, "InvalidTimeStamp.Expired")
    }
    if (asked.header("x-acs-action") !== "SendSms" || asked.header("x-acs-version") !== "2017-05-25") {
      return failure(404, "InvalidAction.NotFound")
    }
    return send(asked.query)
  })

  function send(query: URLSearchParams): Reply {
    const tel = query.get("PhoneNumbers") ?? ""
    if (tel === "") return failure(400, "MissingPhoneNumbers")
    const outcome = outcomeOf(tel, query)
    if (outcome !== "OK") return json({ Code: outcome, Message: "no", RequestId: "A1" })
    const { code } = JSON.parse(query.get("TemplateParam") ?? "{}") as { code: string }
    aliyun.sent.push({ tel, code })
    return json({ Code: "OK", Message: "OK", BizId: "900619746936498440^0", RequestId: "A1" })
  }

  function outcomeOf(tel: string, query: URLSearchParams): string {
    if (!/^\d{8,15}$/.test(tel)) return "isv.MOBILE_NUMBER_ILLEGAL"
    if (query.get("SignName") !== aliyun.sign) return "isv.SMS_SIGNATURE_ILLEGAL"
    if (query.get("TemplateCode") !== aliyun.template) return "isv.SMS_TEMPLATE_ILLEGAL"
    return aliyun.outcome
  }

  const aliyun: FakeAliyunSms = Object.assign(vendor, {
    keyId: "testId",
    keySecret: "testSecret",
    sign: "大米直播",
    template: "SMS_71390007",
    sent: [],
    outcome: "OK",
  })
  return aliyun
}

/** Rebuilds the signature from what came, by the vendor's own words. */
function signatureOf(asked: Asked, names: string[], secret: string): string {
  const required = [
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
  ]
  if (!required.every((name) => names.includes(name)) || names.join() !== [...names].sort().join()) return "unsigned"
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  const query = [...asked.query].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort()
  const headers = names.map((name) => `${name}:${asked.header(name).trim()}\n`).join("")
  const bodyHash = createHash("sha256").update(asked.form.toString()).digest("hex")
  const canonical = `${asked.method}\n${asked.path}\n${query.join("&")}\n${headers}\n${names.join(";")}\n${bodyHash}`
  const hash = createHash("sha256").update(canonical).digest("hex")
  return createHmac("sha256", secret).update(`ACS3-HMAC-SHA256\n${hash}`).digest("hex")
}
