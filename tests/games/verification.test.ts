import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { createHmac } from "node:crypto"
import { chainLength, hashOf, positionFrom, positionOf, secretAt } from "../../src/games/chain.ts"
import { readGameId } from "../../src/games/rules.ts"
import { verifyRound } from "../../src/games/verification.ts"
import { freshHome, type Home, startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { runProgram } from "../support/process.ts"
import { bets, closes, comesTo, endowsScore, roundAt, type Told, turns } from "./stage.ts"

const seed = Buffer.alloc(32, 7)
const hex = (turn: number) => secretAt(seed, turn).toString("hex")

describe("a chain", () => {
  test("has the preimage of each secret for the next, from the terminal hash on", () => {
    for (let turn = 1; turn <= chainLength; turn++) expect(hashOf(hex(turn))).toBe(hex(turn - 1))
    expect(hex(chainLength)).toBe(seed.toString("hex"))
  })

  test("favours no position", () => {
    const counts = [0, 0, 0]
    const rounds = 30_000
    for (let n = 0; n < rounds; n++) {
      const secret = createHmac("sha256", "seed").update(String(n)).digest("hex")
      const pos = positionOf(secret, `89_${n}`, "salt")
      counts[pos - 1] = (counts[pos - 1] ?? 0) + 1
    }
    const expected = rounds / 3
    const chiSquare = counts.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0)
    // Beyond this a fair draw comes once in a thousand; the draws are the same every time.
    expect(chiSquare).toBeLessThan(13.8)
  })

  test("passes over the number that would favour the first position", () => {
    const bytes = (first: number, second: number) => {
      const all = Buffer.alloc(32, 0xff)
      all.writeUInt32BE(first, 0)
      all.writeUInt32BE(second, 4)
      return all
    }
    expect(positionFrom(bytes(0, 0))).toBe(1)
    expect(positionFrom(bytes(0xff_ff_ff_fe, 0))).toBe(3)
    expect(positionFrom(bytes(0xff_ff_ff_ff, 1))).toBe(2)
    expect(positionFrom(Buffer.alloc(32, 0xff))).toBeUndefined()
  })

  test("has results that another program comes to as well", () => {
    const [secret, gameId, salt] = [hex(1), "89_1491963608", "00ff"]
    const mac = createHmac("sha256", Buffer.from(secret, "hex")).update("89_1491963608:00ff").digest("hex")
    const pos = (Number.parseInt(mac.slice(0, 8), 16) % 3) + 1
    expect(positionOf(secret, gameId, salt)).toBe(pos)
    const told = { gameId, secret, hash: hex(0), salt, chain: hex(0), turn: 1, pos }
    expect(verifyRound(told).checks.every(({ holds }) => holds)).toBe(true)
    const lies = [{ hash: hex(1) }, { secret: hex(2) }, { chain: hex(1) }, { turn: 2 }, { pos: (pos % 3) + 1 }]
    for (const lie of lies) expect(verifyRound({ ...told, ...lie }).checks.every(({ holds }) => holds)).toBe(false)
  })
})

test("names of rounds are read strictly", () => {
  expect(readGameId("89_1491963608")).toEqual({ roomId: 89, startedAt: 1_491_963_608_000 })
  for (const name of [
    "",
    "0_1",
    "089_1",
    "89",
    "89_",
    "_1",
    "89_1 ",
    "89_1;",
    "9999999999999999_1",
    "89_123456789012",
  ]) {
    expect(readGameId(name)).toBeUndefined()
  }
})

describe("mili verify-round", () => {
  let home: Home
  let round: Told
  let result: Record<string, unknown>

  beforeAll(async () => {
    home = await freshHome()
    await using app = await startApp(home.env)
    const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
    const roomId = await ana.opensRoom({ game_type: 1 })
    await endowsScore(bo, 100)
    const atBo = await comesTo(bo, roomId)
    await closes(app, await roundAt(app, atBo))
    await atBo.hears({ mtype: 1044 })
    app.pass(18_000)
    await turns(app)
    round = (await atBo.hears({ mtype: 1041, turn: 2 })) as Told
    await bets(atBo, round.game_id, 1, 10)
    const early = await runProgram(["verify-round", round.game_id], home.env)
    expect(early).toMatchObject({ code: 2, errors: expect.stringContaining("is not settled yet") })
    await closes(app, round)
    result = await atBo.hears({ mtype: 1044, game_id: round.game_id })
  })

  afterAll(() => home.remove())

  test("proves a round from the database", async () => {
    const { code, printed, errors } = await runProgram(["verify-round", round.game_id], home.env)
    expect({ code, errors }).toEqual({ code: 0, errors: "" })
    for (const value of [result["secret"], round.hash, round.salt, round.chain])
      expect(printed).toContain(String(value))
    expect(printed).toContain(`position ${result["pos"]}\n`)
    expect(printed).toContain("yes: hashed 2 times the secret is the chain's terminal hash")
    expect(printed).not.toContain("NO:")
  })

  test("proves or disproves pasted values with no database at all", async () => {
    const { game_id, hash, salt, chain, turn } = round
    const pasted = ["--secret", String(result["secret"]), "--hash", hash, "--salt", salt]
    const env = { DATA_DIR: "/nowhere/at/all" }
    const whole = [...pasted, "--chain", chain, "--turn", String(turn), "--pos", String(result["pos"])]
    expect(await runProgram(["verify-round", game_id, ...whole], env)).toMatchObject({ code: 0, errors: "" })
    const other = String((Number(result["pos"]) % 3) + 1)
    const lied = await runProgram(["verify-round", game_id, ...pasted, "--pos", other], env)
    expect(lied).toMatchObject({ code: 1, printed: expect.stringContaining(`NO: position ${other} won`) })
    const forged = ["--secret", round.hash, "--hash", hash, "--salt", salt]
    expect(await runProgram(["verify-round", game_id, ...forged], env)).toMatchObject({ code: 1 })
  })

  test("tells in a sentence what it cannot find out", async () => {
    for (const [args, complaint] of [
      [[], "GAME_ID is missing"],
      [["x"], "no name of a round"],
      [["1_5"], "There is no round 1_5"],
      [["1_5", "--secret", "x"], "needed together"],
      [["1_5", "--secret", "x", "--hash", "y", "--salt", "z"], "--secret must be 64 hex digits"],
      [["1_5", "--sing", "x"], "--sing"],
    ] as const) {
      const { code, errors } = await runProgram(["verify-round", ...args], home.env)
      expect({ code, errors }).toEqual({ code: 2, errors: expect.stringContaining(complaint) })
    }
  })
})
