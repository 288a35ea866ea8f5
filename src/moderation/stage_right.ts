import { setCanLinkMic } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { actorOf, audit } from "../audit/audit.ts"
import { leaveStage, stageOf } from "../conferences/stage.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"

/**
 * Keeps somebody away from conferences' stages, or lets them back; who is on one now leaves it.
 *
 * @throws {Refusal} `account.unknown`
 */
export function setStageRight(app: App, actor: string, userId: number, isAllowed: boolean): Promise<void> {
  return write(app, async (tx, after) => {
    if (!(await setCanLinkMic(tx, userId, isAllowed))) refuse("account.unknown")
    const stage = isAllowed ? undefined : await stageOf(tx, userId)
    if (stage !== undefined) await leaveStage(app, tx, after, stage, userId)
    await audit(app, tx, { actor, act: "user.stage", target: actorOf(userId), detail: { isAllowed } })
  })
}
