import { type FakeVendor, json, type Reply, startVendor } from "./vendor.ts"

export interface FakeTwilio extends FakeVendor {
  sid: string
  token: string
  from: string
  /** Messages taken, the newest last. */
  sent: { to: string; from: string; text: string }[]
}

/** Starts Twilio's messages. */
export async function startFakeTwilio(): Promise<FakeTwilio> {
  const failure = (status: number, code: number, message: string): Reply =>
    json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, status)

  const vendor = await startVendor(({ method, path, form, header }) => {
    const account = `/2010-04-01/Accounts/${twilio.sid}`
    if (header("authorization") !== `Basic ${Buffer.from(`${twilio.sid}:${twilio.token}`).toString("base64")}`) {
      return failure(401, 20003, "Authenticate")
    }
    if (method === "GET" && path === `${account}.json`) return json({ sid: twilio.sid, status: "active" })
    if (method !== "POST" || path !== `${account}/Messages.json`) return failure(404, 20404, "not found")
    const [to, from, text] = ["To", "From", "Body"].map((name) => form.get(name) ?? "") as [string, string, string]
    const service = form.get("MessagingServiceSid") ?? ""
    if (!/^\+[1-9]\d{7,14}$/.test(to)) return failure(400, 21211, `The 'To' number ${to} is not a valid phone number.`)
    if (from !== twilio.from && service !== twilio.from) return failure(400, 21212, "The 'From' number is not yours.")
    if (text === "") return failure(400, 21602, "Message body is required.")
    twilio.sent.push({ to, from: from || service, text })
    return json({ sid: "SM1", status: "queued", to, from: from || null, body: text, error_code: null }, 201)
  })
  const twilio: FakeTwilio = Object.assign(vendor, {
    sid: "AC0123456789abcdef0123456789abcdef",
    token: "a-token-of-twilio's",
    from: "+15005550006",
    sent: [],
  })
  return twilio
}
