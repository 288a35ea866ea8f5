import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import type { RtcListener } from "../providers/rtc/index.ts"
import { leaveStage, roleOn } from "./stage.ts"

/** What conferences answer to a provider of RTC, and learn from it. A host who is gone has the grace of any room. */
export const rtcListener = (app: App): RtcListener => ({
  mayBeOnStage: async (roomId, userId) => (await roleOn(app, roomId, userId)) !== undefined,
  left: async (roomId, userId) => void (await write(app, (tx, after) => leaveStage(app, tx, after, roomId, userId))),
})
