/** From the start of a round to the start of the next, in milliseconds. */
export const roundTime = 48_000
/** How much of it bets are taken, in milliseconds. */
export const bettingTime = 30_000
/** Positions are numbered from 1. */
export const positions = 3
/** The most score of one bet; the least is 1. */
export const betMost = 10_000
/** Bets that one person may have in a round. */
export const betsMax = 20
/** Times one person may ask for a bet in a round, taken or not. */
export const attemptsMax = 60

/**
 * A bet on the right position brings back so many tenths of its score, the score itself included, bet by bet and rounded down
 * to whole score: 10 brings 29, and 1 brings 2.
 */
export const payoutTenths = 29

/** What a round is called: its room, and when it started in unix seconds. */
export const gameIdOf = (roomId: number, startedAt: number) => `${roomId}_${Math.floor(startedAt / 1_000)}`

/** The room and the start, in milliseconds, that a round's name tells, or undefined when it is no such name. */
export function readGameId(gameId: string): { roomId: number; startedAt: number } | undefined {
  const [, room, second] = /^([1-9]\d{0,15})_(\d{1,11})$/.exec(gameId) ?? []
  if (!room || !second) return undefined
  const roomId = Number(room)
  return Number.isSafeInteger(roomId) ? { roomId, startedAt: Number(second) * 1_000 } : undefined
}
