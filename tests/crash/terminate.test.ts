import { expect, test } from "bun:test"
import { readdirSync } from "node:fs"
import { engine } from "../../src/db/kit.ts"
import { startProgram } from "../support/process.ts"
import type { Frame, Socket } from "../support/socket.ts"
import { call, enter } from "./client.ts"
import { expectKept, expectWhole, homeOfItsOwn, untilDelivered } from "./inspection.ts"
import { Promises } from "./promises.ts"
import { registerCast, startStorm } from "./storm.ts"

test("told to stop in a storm, the server sends everybody home, keeps its word, and goes on where it was", async () => {
  await using home = await homeOfItsOwn()
  const promises = new Promises()
  await using program = await startProgram(home.env)
  await registerCast(program.url, promises)
  const reading = await quietRoom(program.url, promises)
  const storm = startStorm(program.url, promises)
  await promises.further(100)
  const last = await reading.lastHeard()

  program.kill("SIGTERM")
  // One that does not come to an end in time ends itself with another code.
  expect(await program.exited).toBe(0)
  await storm.stop()

  expect(await reading.socket.closed).toBe(1012)
  const codes = await Promise.all(storm.sockets.map(({ closed }) => closed))
  // 1000: closed with its room or by its own wish. Over 4000: the host had another socket by then.
  expect(codes.filter((code) => code !== 1000 && code !== 1012 && code < 4000)).toEqual([])
  if (engine === "sqlite") expect(readdirSync(home.dataDir).filter((name) => /-(wal|shm)$/.test(name))).toEqual([])

  await using again = await startProgram(home.env)
  await expectKept(again.url, promises)
  await untilDelivered(home)
  await expectWhole(home)
  const back = await enter(again.url, reading.roomId, { ...reading.ticket, since: last["seq"], epoch: reading.epoch })
  expect(await back.hears({ mtype: 1020 })).toMatchObject({ recovered: true, epoch: reading.epoch })
  expect(promises.faults).toEqual([])
}, 600_000)

interface Reading {
  roomId: number
  socket: Socket
  ticket: object
  epoch: string
  lastHeard(): Promise<Frame>
}

/** A room that the storm leaves alone, with one who reads and talks in it. */
async function quietRoom(url: string, promises: Promises): Promise<Reading> {
  const [host, reader] = promises.members.slice(-2)
  if (!host || !reader) throw new Error("nobody is there")
  const { roomid } = await call(url, "POST", "/room/create_room", { token: host.token })
  const roomId = Number(roomid)
  const ticket = { token: reader.token, uid: reader.uid, ext: 1 }
  const socket = await enter(url, roomId, ticket)
  const { epoch } = await socket.hears({ mtype: 1020 })
  return {
    roomId,
    socket,
    ticket,
    epoch: String(epoch),
    lastHeard() {
      socket.says("is it late?")
      return socket.hears({ mtype: 1 })
    },
  }
}
