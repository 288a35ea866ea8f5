import { holding, type PersonalData } from "../personal.ts"
import { taskClaims, taskProgress } from "./tables.ts"

export const tasksPersonal: PersonalData = {
  holdings: [
    holding({ name: "task_progress", table: taskProgress, whose: [taskProgress.userId], erasure: "deleted" }),
    holding({
      name: "task_rewards",
      table: taskClaims,
      whose: [taskClaims.userId],
      erasure: { kept: "The ledger is made of them." },
    }),
  ],
}
