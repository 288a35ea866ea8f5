import { hashOf, positionOf } from "./chain.ts"

/** What is told of a round that is over, as the frames have it. */
export interface ToldRound {
  gameId: string
  /** In hex: the secret, and the hash that was told while bets were taken. */
  secret: string
  hash: string
  salt: string
  /** The chain's terminal hash, and the round's place in the chain; both or neither. */
  chain?: string | undefined
  turn?: number | undefined
  /** The position that is said to have won. */
  pos?: number | undefined
}

export interface Verdict {
  /** What was looked at, and whether it holds. */
  checks: { what: string; holds: boolean }[]
  /** The position that the secret stands for. */
  pos: number
}

/** Checks a round by nothing but what was told of it, with the public hash functions. */
export function verifyRound({ gameId, secret, hash, salt, chain, turn, pos: told }: ToldRound): Verdict {
  const pos = positionOf(secret, gameId, salt)
  const checks = [{ what: "the secret hashes to what was told while bets were taken", holds: hashOf(secret) === hash }]
  if (chain !== undefined && turn !== undefined) {
    const what = `hashed ${turn} times the secret is the chain's terminal hash`
    checks.push({ what, holds: hashedTimes(secret, turn) === chain })
  }
  if (told !== undefined) checks.push({ what: `position ${told} won`, holds: pos === told })
  return { checks, pos }
}

function hashedTimes(secret: string, times: number): string {
  let element = secret
  for (let n = 0; n < times; n++) element = hashOf(element)
  return element
}
