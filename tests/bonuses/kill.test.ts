import { expect, test } from "bun:test"
import { type Answer, call } from "../crash/client.ts"
import { expectWhole, homeOfItsOwn } from "../crash/inspection.ts"
import type { Home } from "../support/app.ts"
import { type Program, runProgram, startProgram } from "../support/process.ts"
import { givesOne } from "../tasks/stage.ts"

const people = 40
const roundsMax = 12

interface Member {
  uid: number
  token: string
}

/** What everybody takes, and how an answer says that it was given or had been before. */
const rewards = [
  {
    path: "/action/login/bonus/get",
    values: {},
    score: 20,
    given: ({ ErrCode, status }: Answer) => ErrCode === 0 && status === 0,
    hadBefore: ({ ErrCode, status }: Answer) => ErrCode === 0 && status === 85,
  },
  {
    path: "/task/post_task",
    values: { task_id: givesOne },
    score: 10,
    given: ({ ErrCode }: Answer) => ErrCode === 0,
    hadBefore: ({ ErrCode }: Answer) => ErrCode === 85,
  },
]

async function mints({ env }: Home, count: number): Promise<Member[]> {
  const { printed } = await runProgram(["admin", "mint", String(count), "10"], env)
  return printed
    .trim()
    .split("\n")
    .map((line) => ({ uid: Number(line.split(" ")[0]), token: line.split(" ")[1] ?? "" }))
}

/** Everybody takes everything at once, until the server is killed in the midst of it. @returns the calls not answered */
async function takeUntilKilled(program: Program, members: Member[]): Promise<Set<string>> {
  const unanswered = new Set<string>()
  let answers = 0
  await Promise.all(
    members.flatMap(({ uid, token }) =>
      rewards.map(async ({ path, values, given }) => {
        unanswered.add(`${uid} ${path}`)
        try {
          const answer = await call(program.url, "POST", path, { token, ...values })
          expect({ path, ...answer, given: given(answer) }).toMatchObject({ given: true })
          unanswered.delete(`${uid} ${path}`)
        } catch (error) {
          // The connection broke; what the server would have said nobody knows.
          if (!(error instanceof TypeError || (error as { code?: string }).code)) throw error
        }
        answers += 1
        if (answers === 10) program.kill("SIGKILL")
      }),
    ),
  )
  await program.exited
  return unanswered
}

/** Everybody asks again for everything. @returns how many unanswered calls turn out to have been done, by what they took */
async function takeAgain({ url }: Program, members: Member[], unanswered: Set<string>): Promise<number[]> {
  const done = rewards.map(() => 0)
  for (const { uid, token } of members) {
    for (const [n, { path, values, given, hadBefore }] of rewards.entries()) {
      const answer = await call(url, "POST", path, { token, ...values })
      const wasDone = hadBefore(answer)
      expect({ path, ...answer, fine: wasDone || given(answer) }).toMatchObject({ fine: true })
      if (!unanswered.has(`${uid} ${path}`)) expect({ path, wasDone }).toEqual({ path, wasDone: true })
      else if (wasDone) done[n] = (done[n] ?? 0) + 1
    }
  }
  return done
}

test("killed between a claim and its answer, the server has paid it once", async () => {
  await using home = await homeOfItsOwn()
  await runProgram(["admin", "switch", "test_account_check", "off"], home.env)
  let program = await startProgram(home.env)
  const doneUnanswered = rewards.map(() => 0)
  try {
    for (let round = 0; round < roundsMax && doneUnanswered.includes(0); round++) {
      const members = await mints(home, people)
      for (const [n, { token }] of members.entries()) {
        const revid = members[(n + 1) % people]?.uid
        expect(await call(program.url, "POST", "/gift/send_gift", { token, giftid: 1, num: 1, revid })).toEqual({
          ErrCode: 0,
        })
      }
      const unanswered = await takeUntilKilled(program, members)
      await expectWhole(home)
      program = await startProgram(home.env)
      for (const [n, done] of (await takeAgain(program, members, unanswered)).entries()) {
        doneUnanswered[n] = (doneUnanswered[n] ?? 0) + done
      }
      for (const { token } of members) {
        const { score } = await call(program.url, "GET", "/action/get/diamond_score", { token })
        expect(score).toBe(30)
      }
      const { code, printed } = await runProgram(["audit"], home.env)
      expect({ code, printed: code === 0 ? "" : printed }).toEqual({ code: 0, printed: "" })
    }
  } finally {
    program.kill("SIGKILL")
    await program.exited
  }
  // Of each kind some were paid though nobody was told.
  expect(doneUnanswered).not.toContain(0)
}, 120_000)
