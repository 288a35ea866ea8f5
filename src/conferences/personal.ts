import { type Closing, holding, type PersonalData } from "../personal.ts"
import { leaveStage, stageOf } from "./stage.ts"
import { guests } from "./tables.ts"

export const conferencesPersonal: PersonalData = {
  holdings: [holding({ name: "conference_invitations", table: guests, whose: [guests.userId], erasure: "deleted" })],
  close: leaveAnyStage,
}

async function leaveAnyStage({ app, tx, after, userId }: Closing): Promise<void> {
  const roomId = await stageOf(tx, userId)
  if (roomId !== undefined) await leaveStage(app, tx, after, roomId, userId)
}
