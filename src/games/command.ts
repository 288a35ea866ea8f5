import { parseArgs } from "node:util"
import type { App } from "../app.ts"
import { atOneMoment } from "../db/moment.ts"
import { chainLength } from "./chain.ts"
import { readGameId } from "./rules.ts"
import { type ToldRound, verifyRound } from "./verification.ts"

const digest = /^[0-9a-f]{64}$/

/**
 * Runs `mili verify-round GAME_ID`, which asks the database beside a running server, or, with the values that the frames told,
 * asks nobody: `--secret S --hash H --salt T`, and if told `--chain C --turn N` and `--pos P`.
 *
 * @returns the exit code: 0 when the round was what was fixed beforehand, else 1
 * @throws with a sentence for the operator when there is no such round, or it is not settled
 */
export async function runVerifyRound(
  config: Pick<App["config"], "dataDir" | "databaseUrl">,
  args: string[],
  print: (text: string) => void,
): Promise<number> {
  const { gameId, pasted } = read(args)
  const round = pasted ?? (await roundCalled(config, gameId))
  const { checks, pos } = verifyRound(round)
  const { secret, hash, salt, chain, turn } = round
  const told = { round: gameId, secret, hash, salt, chain, turn, position: pos }
  for (const [name, value] of Object.entries(told)) if (value !== undefined) print(`${name.padEnd(8)} ${value}\n`)
  for (const { what, holds } of checks) print(`${holds ? "yes" : "NO"}: ${what}\n`)
  return checks.every(({ holds }) => holds) ? 0 : 1
}

function read(args: string[]): { gameId: string; pasted: ToldRound | undefined } {
  const text = { type: "string" } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { secret: text, hash: text, salt: text, chain: text, turn: text, pos: text },
  })
  const [gameId, ...more] = positionals
  if (gameId === undefined || more.length > 0) throw new Error("GAME_ID is missing; see mili help.")
  if (!readGameId(gameId)) throw new Error(`"${gameId}" is no name of a round, such as 89_1491963608.`)
  const { secret, hash, salt, chain, turn, pos } = values
  if (Object.keys(values).length === 0) return { gameId, pasted: undefined }
  if (secret === undefined || hash === undefined || salt === undefined) {
    throw new Error("--secret, --hash and --salt are needed together.")
  }
  if ((chain === undefined) !== (turn === undefined)) throw new Error("--chain and --turn are needed together.")
  for (const [name, value] of Object.entries({ secret, hash, chain })) {
    if (value !== undefined && !digest.test(value)) throw new Error(`--${name} must be 64 hex digits.`)
  }
  return {
    gameId,
    pasted: { gameId, secret, hash, salt, chain, turn: whole("turn", turn, chainLength), pos: whole("pos", pos, 3) },
  }
}

function whole(name: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < 1 || number > most) throw new Error(`--${name} must be from 1 to ${most}.`)
  return number
}

async function roundCalled(config: Pick<App["config"], "dataDir" | "databaseUrl">, gameId: string): Promise<ToldRound> {
  const { roomId = 0, startedAt = 0 } = readGameId(gameId) ?? {}
  const [row] = await atOneMoment(config, (moment) =>
    // Numbers alone, and read from a name that is nothing else.
    moment.rows(`
      select rounds.state, rounds.pos, rounds.secret, rounds.hash, rounds.turn, chains.terminal, chains.salt
      from game_rounds as rounds join game_chains as chains on chains.id = rounds.chain_id
      where rounds.room_id = ${roomId} and rounds.started_at = ${startedAt}`),
  )
  if (!row) throw new Error(`There is no round ${gameId}; rounds in which nobody bet are forgotten after a week.`)
  if (row["state"] === "refunded") throw new Error(`The bets on round ${gameId} were given back: it has no result.`)
  if (row["state"] !== "settled") throw new Error(`Round ${gameId} is not settled yet.`)
  const { pos, secret, hash, turn, terminal, salt } = row
  return {
    gameId,
    secret: String(secret),
    hash: String(hash),
    salt: String(salt),
    chain: String(terminal),
    turn: Number(turn),
    pos: Number(pos),
  }
}
