/** Speakers remembered at most; whoever spoke longest ago is forgotten first. */
const speakersMax = 100_000
/** One message a second in the long run, five at once. */
const perSecond = 1
const burst = 5
/** Saying the same again within so many milliseconds is a slip of the finger or spam. */
const repeatWindow = 10_000

interface Speaker {
  tokens: number
  roomId: number
  text: string
  spokeAt: number
}

export type Verdict = "speak" | "too_fast" | "slow_mode" | "repeated"

/** Judges whether a user may say something now; asking counts as saying it when the answer is `speak`. */
export type Pace = (userId: number, roomId: number, text: string, slowSeconds: number) => Verdict

/** Keeps each speaker's pace over all rooms. `now` is in milliseconds. */
export function createPace(now: () => number): Pace {
  const speakers = new Map<number, Speaker>()
  return (userId, roomId, text, slowSeconds) => {
    const at = now()
    const former = speakers.get(userId)
    const passed = former ? sinceThen(at - former.spokeAt) : Number.POSITIVE_INFINITY
    const tokens = former ? Math.min(burst, former.tokens + (passed / 1_000) * perSecond) : burst
    if (former && former.roomId === roomId) {
      if (former.text === text && passed < repeatWindow) return "repeated"
      if (passed < slowSeconds * 1_000) return "slow_mode"
    }
    if (tokens < 1) return "too_fast"
    speakers.delete(userId)
    speakers.set(userId, { tokens: tokens - 1, roomId, text, spokeAt: at })
    if (speakers.size > speakersMax) for (const oldest of speakers.keys()) return forget(speakers, oldest)
    return "speak"
  }
}

/** A clock that was set back must not silence anybody until it has caught up. */
const sinceThen = (passed: number) => (passed < 0 ? Number.POSITIVE_INFINITY : passed)

function forget(speakers: Map<number, Speaker>, userId: number): Verdict {
  speakers.delete(userId)
  return "speak"
}
