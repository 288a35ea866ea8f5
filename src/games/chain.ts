import { createHash, createHmac } from "node:crypto"
import { positions } from "./rules.ts"

/** Rounds that one chain fixes; over three hours of them. */
export const chainLength = 256

const hashed = (bytes: Buffer) => createHash("sha256").update(bytes).digest()

/**
 * An element of the chain that grows from a seed: of turn 1 to {@link chainLength} the round's secret, of turn 0 the terminal
 * hash. Each is the SHA-256 of the one of the next turn, so that what is known gives nothing away of what is to come.
 */
export function secretAt(seed: Buffer, turn: number): Buffer {
  let element = seed
  for (let at = chainLength; at > turn; at--) element = hashed(element)
  return element
}

/** The SHA-256, in hex, of a secret in hex: of the secret's bytes, not of its digits. */
export const hashOf = (secret: string) => hashed(Buffer.from(secret, "hex")).toString("hex")

/** Values of 32 bits at and above this one would favour the first positions: they are passed over. */
const fairBelow = Math.floor(2 ** 32 / positions) * positions

/** The position that 32 bytes stand for: the first of their 32-bit numbers, big end first, that is fair; undefined if none is. */
export function positionFrom(bytes: Buffer): number | undefined {
  for (let at = 0; at < bytes.length; at += 4) {
    const value = bytes.readUInt32BE(at)
    if (value < fairBelow) return (value % positions) + 1
  }
  return undefined
}

/**
 * The position that wins a round: that of HMAC-SHA256, keyed with the secret's bytes, of `GAME_ID:SALT`, and should that have
 * none of `GAME_ID:SALT:1` and so on.
 */
export function positionOf(secret: string, gameId: string, salt: string): number {
  const key = Buffer.from(secret, "hex")
  const draw = (text: string) => positionFrom(createHmac("sha256", key).update(text).digest())
  let position = draw(`${gameId}:${salt}`)
  for (let again = 1; position === undefined; again++) position = draw(`${gameId}:${salt}:${again}`)
  return position
}
