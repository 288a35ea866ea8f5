import { accountHandlers } from "./accounts/jobs.ts"
import { createPasswordHasher, type PasswordHasher } from "./accounts/password.ts"
import { createOperatorSessions } from "./admin/session.ts"
import type { App } from "./app.ts"
import { attended, createAttendance } from "./bonuses/attendance.ts"
import { createCalendar } from "./calendar.ts"
import { createAbsences } from "./conferences/absence.ts"
import { conferenceHandlers } from "./conferences/jobs.ts"
import { conferenceSocket } from "./conferences/socket.ts"
import type { Config } from "./config.ts"
import { openDatabase } from "./db/open.ts"
import { createOutbox } from "./db/outbox.ts"
import { fileHandlers } from "./files/jobs.ts"
import { keeperOf } from "./files/keep.ts"
import { createCroupier } from "./games/croupier.ts"
import { gameHandlers } from "./games/jobs.ts"
import { gameSocket } from "./games/socket.ts"
import { giftHandlers } from "./gifts/jobs.ts"
import { loadKeys } from "./keys.ts"
import { letterHandlers } from "./letters/jobs.ts"
import type { Log } from "./log.ts"
import { watchDatabase, watchParts } from "./measures.ts"
import { createMetrics } from "./metrics.ts"
import { paymentHandlers } from "./payments/jobs.ts"
import { playbackHandlers } from "./playback/jobs.ts"
import { filesProviders } from "./providers/files/provider.ts"
import { type Pictures, publicPictures } from "./providers/identity/picture.ts"
import { identityProviders } from "./providers/identity/provider.ts"
import type { MediaProvider } from "./providers/media/index.ts"
import { mediaLines } from "./providers/media/lines.ts"
import { mediaProviders } from "./providers/media/provider.ts"
import { payProviders } from "./providers/pay/provider.ts"
import type { RtcProvider } from "./providers/rtc/index.ts"
import { rtcProvider } from "./providers/rtc/provider.ts"
import type { SmsProvider } from "./providers/sms/index.ts"
import { persistent } from "./providers/sms/persistence.ts"
import { smsProvider } from "./providers/sms/provider.ts"
import { type Bus, localBus } from "./realtime/bus.ts"
import { createHub, type Hub } from "./realtime/hub.ts"
import { createRealtime } from "./realtime/realtime.ts"
import { roomHandlers } from "./rooms/jobs.ts"
import { createListener } from "./rooms/socket.ts"
import { socialHandlers } from "./social/jobs.ts"
import { streamHandlers } from "./streams/jobs.ts"
import { createTaskProgress } from "./tasks/progress.ts"
import { createWordFilter } from "./words/filter.ts"

/** What the program stands on, and the parts a test puts in the place of the real ones. */
export interface Surroundings {
  log: Log
  /** Writes to the standard output. */
  print(text: string): void
  now?: () => number
  sms?: SmsProvider
  pictures?: Pictures
  /** Carries every line. */
  media?: MediaProvider
  rtc?: RtcProvider
  passwords?: PasswordHasher
  /** What child processes inherit. */
  environment?: Record<string, string | undefined>
  /** Called when another server holds the database now; by default the process ends. */
  onLeaseLost?: () => void
}

export interface Composed {
  app: App
  hub: Hub
  bus: Bus
}

/**
 * Makes every part and gives each what it needs; nothing listens yet.
 *
 * @throws when the database or the key file cannot be opened
 */
export async function compose(config: Config, surroundings: Surroundings): Promise<Composed> {
  const { log, print, now = Date.now } = surroundings
  const metrics = createMetrics()
  const sms = surroundings.sms ?? persistent(smsProvider(config, print), { log, metrics })
  const identity = identityProviders(config, now)
  const keys = loadKeys(config)
  const rtc = surroundings.rtc ?? rtcProvider(config, { keys, now })
  const db = await openDatabase({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    log,
    watch: watchDatabase(metrics, config),
    onFatal: endAtOnce(log),
  })
  const words = await createWordFilter(db.read).catch(async (error) => {
    await db.close()
    throw error
  })
  const pay = payProviders(config, now)
  const { media: given } = surroundings
  const media = given ? mediaLines([given.name], () => given) : mediaProviders(config, { keys, log, now })
  const files = filesProviders(config, { keys, log, now })
  const bus = localBus()
  const realtime = createRealtime(bus, () => hub)
  const app: App = {
    config,
    db,
    log,
    metrics,
    now,
    calendar: createCalendar(config.timezone),
    keys,
    realtime,
    absences: createAbsences(now),
    passwords: surroundings.passwords ?? createPasswordHasher(),
    operatorSessions: createOperatorSessions(now),
    audited: { last: undefined },
    words,
    outbox: createOutbox(
      { db, log, now },
      {
        quick: {
          ...accountHandlers({ realtime }),
          ...roomHandlers({ realtime }),
          ...giftHandlers({ realtime }),
          ...gameHandlers(() => app),
          ...socialHandlers(() => app),
          ...letterHandlers({ db, realtime }),
        },
        flushed: realtime.flushed,
        slow: {
          ...paymentHandlers({ pay }),
          ...playbackHandlers({ media }),
          ...streamHandlers(() => app),
          ...conferenceHandlers(() => app),
          ...fileHandlers(() => app),
        },
      },
    ),
    taskProgress: createTaskProgress(() => app),
    croupier: createCroupier(() => app),
    attendance: createAttendance(() => app),
    sms,
    identity,
    pictures: surroundings.pictures ?? publicPictures(),
    media,
    rtc,
    files: { ...files, keep: keeperOf(() => app) },
    pay,
  }
  const hub = createHub({
    bus,
    listener: attended(createListener(app, [gameSocket(() => app), conferenceSocket(() => app)]), app.attendance),
    onError: (error) => log.error("socket", { error }),
    limits: config.rateLimits === "on" ? {} : { inboundPerSecond: 0, inboxFrames: 10_000 },
  })
  watchParts(app, hub)
  return { app, hub, bus }
}

/** What was committed may not be on disk: answering anybody from here on could be a lie. */
const endAtOnce = (log: Log) => (error: unknown) => {
  log.error("the database's log cannot be synced; stopping at once", { error })
  process.exit(1)
}
