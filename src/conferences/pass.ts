import type { App } from "../app.ts"
import type { RtcPass } from "../providers/rtc/index.ts"
import { refuse } from "../refusal.ts"
import { conferenceById, openConferenceOf } from "./conference.ts"
import { placeOn } from "./stage.ts"

/**
 * What lets somebody onto a stage: a host onto the own one, which need not be named, and a guest who was invited and agreed.
 *
 * @throws {Refusal} `conference.none` for a host without a conference, `conference.unknown`, `conference.finished`,
 * `conference.not_invited`, also where an admin took the right
 */
export async function passFor(
  app: App,
  userId: number,
  roomId: number | undefined,
): Promise<{ roomId: number; pass: RtcPass }> {
  const named = roomId === undefined ? await openConferenceOf(app.db.read, userId) : undefined
  const id = named?.id ?? roomId ?? refuse("conference.none")
  await conferenceById(app.db.read, id)
  const role = (await placeOn(app, id, userId)) ?? refuse("conference.not_invited")
  return { roomId: id, pass: app.rtc.pass(id, userId, role) }
}
