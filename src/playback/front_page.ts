import type { App } from "../app.ts"
import type { Page } from "../db/page.ts"
import { type HostedRoom, liveRooms } from "../rooms/room.ts"
import { type Playback, recommendedPlaybacks } from "./playback.ts"

/** What an app opens with: what is on the air, and what hosts recommend of what was. */
export interface FrontPage {
  rooms: HostedRoom[]
  conferences: HostedRoom[]
  playbacks: Playback[]
  conferencePlaybacks: Playback[]
}

/**
 * @param onAir the page of both lists of live rooms
 * @param over the page of both lists of playbacks
 * @param readerId who does not see the hosts they have blocked, or who have blocked them
 */
export async function frontPage(app: App, onAir: Page, over: Page, readerId?: number): Promise<FrontPage> {
  const [rooms, conferences, playbacks, conferencePlaybacks] = await Promise.all([
    liveRooms(app.db.read, onAir, "live", readerId),
    liveRooms(app.db.read, onAir, "conference", readerId),
    recommendedPlaybacks(app, "live", over, readerId),
    recommendedPlaybacks(app, "conference", over, readerId),
  ])
  return { rooms, conferences, playbacks, conferencePlaybacks }
}
