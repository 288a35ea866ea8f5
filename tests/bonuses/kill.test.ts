import { expect, test } from "bun:test"
import { type Answer, call } from "../crash/client.ts"
import { expectWhole, homeOfItsOwn } from "../crash/inspection.ts"
import type { Home } from "../support/app.ts"
import { type Program, runProgram, startProgram } from "../support/process.ts"
import { givesOne } from "../tasks/stage.ts"

const people = 60
const atOnce = 12
const roundsMax = 20
const minute = 60_000

interface Member {
  uid: number
  token: string
}

interface Reward {
  path: string
  values: Record<string, number>
  score: number
  given(answer: Answer): boolean
  hadBefore(answer: Answer): boolean
}

const rewards: Record<string, Reward> = {
  "a sign-in": {
    path: "/action/login/bonus/get",
    values: {},
    score: 20,
    given: ({ ErrCode, status }) => ErrCode === 0 && status === 0,
    hadBefore: ({ ErrCode, status }) => ErrCode === 0 && status === 85,
  },
  "a task's claim": {
    path: "/task/post_task",
    values: { task_id: givesOne },
    score: 10,
    given: ({ ErrCode }) => ErrCode === 0,
    hadBefore: ({ ErrCode }) => ErrCode === 85,
  },
}

/** People who have all given one gift today. */
async function gathers({ env }: Home, { url }: Program): Promise<Member[]> {
  const { printed } = await runProgram(["admin", "mint", String(people), "10"], env)
  const lines = printed.trim().split("\n")
  const members = lines.map((line) => ({ uid: Number(line.split(" ")[0]), token: line.split(" ")[1] ?? "" }))
  for (const [n, { token }] of members.entries()) {
    const gift = { giftid: 1, num: 1, revid: members[(n + 1) % people]?.uid }
    expect(await call(url, "POST", "/gift/send_gift", { token, ...gift })).toEqual({ ErrCode: 0 })
  }
  return members
}

/** Everybody takes the reward, some at once, until the server is killed in the midst of it. @returns whose calls were answered */
async function takeUntilKilled(program: Program, members: Member[], reward: Reward): Promise<Set<number>> {
  const answered = new Set<number>()
  const waiting = [...members]
  const enough = 5 + Math.floor((Math.random() * people) / 2)
  const takeInTurn = async () => {
    for (let member = waiting.pop(); member; member = waiting.pop()) {
      const { uid, token } = member
      const answer = await call(program.url, "POST", reward.path, { token, ...reward.values }).catch(() => undefined)
      if (!answer) continue
      answered.add(uid)
      expect({ ...answer, given: reward.given(answer) }).toMatchObject({ given: true })
      if (answered.size >= enough) program.kill("SIGKILL")
    }
  }
  await Promise.all(Array.from({ length: atOnce }, takeInTurn))
  await program.exited
  return answered
}

/** Everybody asks again, and has the reward once. @returns how many had it though nobody had told them */
async function takeAgain({ url }: Program, members: Member[], reward: Reward, answered: Set<number>): Promise<number> {
  let untold = 0
  for (const { uid, token } of members) {
    const answer = await call(url, "POST", reward.path, { token, ...reward.values })
    const had = reward.hadBefore(answer)
    expect({ ...answer, isFine: had || (reward.given(answer) && !answered.has(uid)) }).toMatchObject({ isFine: true })
    if (had && !answered.has(uid)) untold += 1
    const { score } = await call(url, "GET", "/action/get/diamond_score", { token })
    expect(score).toBe(reward.score)
  }
  return untold
}

test.each(Object.entries(rewards))(
  "killed between %s and its answer, the server has paid it once",
  async (_, reward) => {
    await using home = await homeOfItsOwn()
    await runProgram(["admin", "switch", "test_account_check", "off"], home.env)
    let program = await startProgram(home.env)
    let untold = 0
    try {
      for (let round = 0; round < roundsMax && untold === 0; round++) {
        const members = await gathers(home, program)
        const answered = await takeUntilKilled(program, members, reward)
        await expectWhole(home)
        program = await startProgram(home.env)
        untold += await takeAgain(program, members, reward, answered)
        const { code, printed } = await runProgram(["audit"], home.env)
        expect({ code, printed: code === 0 ? "" : printed }).toEqual({ code: 0, printed: "" })
      }
    } finally {
      program.kill("SIGKILL")
      await program.exited
    }
    expect(untold).toBePositive()
  },
  2 * minute,
)
