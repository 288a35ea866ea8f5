import { refuse } from "../refusal.ts"

/** Passwords are hashed and checked with argon2id on Bun's threads, never on the loop. */
export interface PasswordHasher {
  /** @throws {Refusal} `server.busy` when too many wait */
  hash(password: string): Promise<string>
  /** @throws {Refusal} `server.busy` when too many wait */
  verify(password: string, hash: string): Promise<boolean>
}

export interface PasswordCost {
  /** KiB of memory for one hash. */
  memoryCost: number
  timeCost: number
}

/** The cost of RFC 9106's second recommendation: about 50 ms a hash. */
export const defaultCost: PasswordCost = { memoryCost: 65_536, timeCost: 3 }

/** Hashes at once: each takes 64 MiB and a core. */
const atOnce = 2
/** Hashes that may wait; at 20 a second the last waits some 6 seconds. */
const waitingMax = 128

export function createPasswordHasher(cost: PasswordCost = defaultCost): PasswordHasher {
  let running = 0
  const waiting: (() => void)[] = []

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax) refuse("server.busy")
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }

  return {
    hash: (password) => inTurn(() => Bun.password.hash(password, { algorithm: "argon2id", ...cost })),
    verify: (password, hash) => inTurn(() => Bun.password.verify(password, hash)),
  }
}
