import { expect, test } from "bun:test"
import { type Program, startProgram } from "../support/process.ts"
import { call, enter } from "./client.ts"
import { expectKept, expectWhole, homeOfItsOwn, untilDelivered } from "./inspection.ts"
import { Promises } from "./promises.ts"
import { registerCast, startStorm } from "./storm.ts"

const rounds = 5
const minute = 60_000

test(
  "killed five times in a storm, the server keeps every word it gave",
  async () => {
    await using home = await homeOfItsOwn()
    const env = { ...home.env, HOST_GRACE: "1" }
    const promises = new Promises()
    let program = await startProgram(env)
    try {
      await registerCast(program.url, promises)
      for (let round = 1; round <= rounds; round++) {
        const storm = startStorm(program.url, promises)
        await promises.further(40 + Math.floor(Math.random() * 120))
        program.kill("SIGKILL")
        await program.exited
        await storm.stop()

        await expectWhole(home)
        program = await startProgram(env)
        await expectKept(program.url, promises)
        await untilDelivered(home)
        await expectWhole(home)
      }
      await abandonedRoomCloses(promises, program, async () => {
        program = await startProgram(env)
        return program
      })
    } finally {
      program.kill("SIGKILL")
      await program.exited
    }
    expect(promises.faults).toEqual([])
  },
  10 * minute,
)

/** A host's room whose host is lost in the crash closes by itself, and who is in it is told. */
async function abandonedRoomCloses(promises: Promises, program: Program, restart: () => Promise<Program>) {
  const [host, viewer] = promises.members.slice(-2)
  if (!host || !viewer) throw new Error("nobody is left")
  const { roomid } = await call(program.url, "POST", "/room/create_room", { token: host.token })
  const roomId = Number(roomid)
  const hosting = await enter(program.url, roomId, { token: host.token, uid: host.uid })
  await hosting.settles()
  program.kill("SIGKILL")
  await program.exited

  const { url } = await restart()
  const watching = await enter(url, roomId, { token: viewer.token, uid: viewer.uid })
  expect(await watching.closed).toBe(1000)
  await watching.hears({ mtype: 5 })
  expect(await call(url, "GET", "/room_info", { rid: roomId })).toMatchObject({ info: { Statue: 0 } })
}
