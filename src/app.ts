import type { PasswordHasher } from "./accounts/password.ts"
import type { OperatorSessions } from "./admin/session.ts"
import type { Attendance } from "./bonuses/attendance.ts"
import type { Calendar } from "./calendar.ts"
import type { Absences } from "./conferences/absence.ts"
import type { Config } from "./config.ts"
import type { Database } from "./db/database.ts"
import type { Outbox } from "./db/outbox.ts"
import type { Files } from "./files/keep.ts"
import type { Croupier } from "./games/croupier.ts"
import type { Keys } from "./keys.ts"
import type { LastAudit } from "./ledger_audit/jobs.ts"
import type { Log } from "./log.ts"
import type { Metrics } from "./metrics.ts"
import type { IdentityProviders } from "./providers/identity/index.ts"
import type { Pictures } from "./providers/identity/picture.ts"
import type { MediaLines } from "./providers/media/lines.ts"
import type { PayProviders } from "./providers/pay/index.ts"
import type { RtcProvider } from "./providers/rtc/index.ts"
import type { SmsProvider } from "./providers/sms/index.ts"
import type { Realtime } from "./realtime/realtime.ts"
import type { TaskProgress } from "./tasks/progress.ts"
import type { WordFilter } from "./words/filter.ts"

/** Everything a verb may reach: made once by the composition root and handed down, never imported. */
export interface App {
  config: Config
  db: Database
  log: Log
  metrics: Metrics
  /** Milliseconds since 1970, UTC; tests move it. */
  now(): number
  calendar: Calendar
  keys: Keys
  passwords: PasswordHasher
  operatorSessions: OperatorSessions
  /** What the last audit of the ledger found, if there was one since the server began. */
  audited: { last: LastAudit | undefined }
  words: WordFilter
  outbox: Outbox
  taskProgress: TaskProgress
  croupier: Croupier
  attendance: Attendance
  realtime: Realtime
  absences: Absences
  sms: SmsProvider
  identity: IdentityProviders
  pictures: Pictures
  media: MediaLines
  rtc: RtcProvider
  files: Files
  pay: PayProviders
}
