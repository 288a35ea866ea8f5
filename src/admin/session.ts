import { createHash, randomBytes } from "node:crypto"
import { isSameSecret } from "../secret.ts"

const minute = 60_000

/** How long a console's session lasts: from its last use by hand, and from when it began; milliseconds. */
export const sessionMax = { idle: 30 * minute, whole: 12 * 60 * minute }
/** Sessions open at once; beyond, the one not used for longest ends. */
const sessionsMax = 1_000

/** An operator at the console. */
export interface OperatorSession {
  /** The account that acts; 0 for who came with the token of the settings. */
  userId: number
  /** The account's password hash when it signed in: another password ends the session. */
  passwordHash: string
  /** What every call of the page has to bring beside the cookie: pages elsewhere cannot read it. */
  pageToken: string
  startedAt: number
  usedAt: number
}

type Signed = Pick<OperatorSession, "userId" | "passwordHash">

/** Who is signed in at the console. They are kept in memory alone: a restart ends them all. */
export interface OperatorSessions {
  /** Begins one. @returns what the cookie carries, 256 random bits in hex */
  open(signed: Signed): string
  /**
   * The session of a cookie.
   *
   * @param isUsed somebody is there; without it the session nears its end
   */
  find(cookie: string, isUsed: boolean): OperatorSession | undefined
  end(cookie: string): void
}

export function createOperatorSessions(now: () => number): OperatorSessions {
  /** By the digest of the cookie, in the order of last use. */
  const sessions = new Map<string, OperatorSession>()
  const isOver = ({ usedAt, startedAt }: OperatorSession) =>
    now() >= usedAt + sessionMax.idle || now() >= startedAt + sessionMax.whole
  return {
    open(signed) {
      for (const [key, session] of sessions) if (isOver(session)) sessions.delete(key)
      for (const oldest of sessions.keys()) if (sessions.size >= sessionsMax) sessions.delete(oldest)
      const cookie = randomBytes(32).toString("hex")
      const pageToken = randomBytes(32).toString("hex")
      sessions.set(digest(cookie), { ...signed, pageToken, startedAt: now(), usedAt: now() })
      return cookie
    },
    find(cookie, isUsed) {
      const key = digest(cookie)
      const session = sessions.get(key)
      if (!session) return undefined
      if (isOver(session)) return void sessions.delete(key)
      if (isUsed) {
        session.usedAt = now()
        sessions.delete(key)
        sessions.set(key, session)
      }
      return session
    },
    end(cookie) {
      sessions.delete(digest(cookie))
    },
  }
}

/** Looked up by a digest, so that the time it takes tells nothing about the cookies there are. */
const digest = (cookie: string) => createHash("sha256").update(cookie).digest("hex")

/** Whether a page brought the token that its session has. */
export const bringsToken = (session: OperatorSession, given: string | undefined): boolean =>
  given !== undefined && isSameSecret(given, session.pageToken)
