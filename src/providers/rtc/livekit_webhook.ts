import { createHash } from "node:crypto"
import { z } from "zod"
import { isSameSecret } from "../../secret.ts"
import type { RtcCallback } from "./index.ts"
import { readJwt } from "./jwt.ts"

const event = z.object({
  event: z.string(),
  room: z.object({ name: z.string() }).optional(),
  participant: z.object({ identity: z.string() }).optional(),
})

/** What a webhook was found to be: somebody came or went, nothing that matters here, or not to be believed. */
export type WebhookReading =
  | { kind: "joined" | "left"; room: string; identity: string }
  | { kind: "other" }
  | { kind: "refused"; status: 400 | 401; why: string }

/** Events after which somebody is not in the room any more, or never came to be. */
const leaving = ["participant_left", "participant_connection_aborted"]

/**
 * Reads a webhook of LiveKit's. Its `Authorization` is a bare token signed with the secret, with the body's SHA-256 in it.
 *
 * @param seconds since 1970
 */
export function readLivekitWebhook(
  { headers, body }: Pick<RtcCallback, "headers" | "body">,
  { apiKey, apiSecret }: { apiKey: string; apiSecret: string },
  seconds: number,
): WebhookReading {
  const claims = readJwt(headers.get("authorization") ?? "", apiSecret, seconds)
  const digest = createHash("sha256").update(body).digest("base64")
  if (claims?.["iss"] !== apiKey || !isSameSecret(String(claims["sha256"] ?? ""), digest)) {
    return { kind: "refused", status: 401, why: "not signed by LiveKit" }
  }
  const told = event.safeParse(parsed(body))
  if (!told.success) return { kind: "refused", status: 400, why: "malformed" }
  const { event: name, room, participant } = told.data
  const kind = name === "participant_joined" ? "joined" : leaving.includes(name) ? "left" : "other"
  if (kind === "other" || !room || !participant) return { kind: "other" }
  return { kind, room: room.name, identity: participant.identity }
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}
