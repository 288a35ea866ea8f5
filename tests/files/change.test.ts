import { expect, setDefaultTimeout, test } from "bun:test"
import { call } from "../crash/client.ts"
import { homeOfItsOwn, untilDelivered } from "../crash/inspection.ts"
import { type FakeKodo, startFakeKodo } from "../support/fakes/kodo.ts"
import { noisePng } from "../support/images.ts"
import { type Program, runProgram, startProgram } from "../support/process.ts"
import { keptFiles } from "./stage.ts"

setDefaultTimeout(60_000)

const picture = noisePng(40, 30)

/** Runs the real program for a while. */
async function whileRunning<T>(env: Record<string, string>, act: (program: Program) => Promise<T>): Promise<T> {
  await using program = await startProgram(env)
  const done = await act(program)
  program.kill("SIGTERM")
  expect(await program.exited).toBe(0)
  return done
}

async function gives(url: string, token: string, upUrl = url) {
  const grant = await call(url, "GET", "/upfile/gen_7niu_token", { token, uptype: 1 })
  const form = new FormData()
  form.append("token", String(grant["token"]))
  form.append("key", String(grant["key"]))
  form.append("file", new Blob([new Uint8Array(picture)]))
  expect((await fetch(`${upUrl}/`, { method: "POST", body: form })).status).toBe(200)
}

async function imageOf(url: string, token: string): Promise<string> {
  const { user } = await call(url, "GET", "/user/refresh_info", { token })
  return (user as { Image: string }).Image
}

/** The old address's picture, at the server as it can be reached here. */
const shown = async (url: string, image: string) => (await fetch(`${url}/files/${image.split("/").at(-1)}`)).status

test("pictures get the addresses of today when the server is reached by another one", async () => {
  await using home = await homeOfItsOwn()
  const tokens = await whileRunning(home.env, async ({ url }) => {
    const people = []
    for (const account of ["ana_1", "bo_1"]) {
      const { token } = await call(url, "POST", "/action/register", { account, pwd: "a-password" })
      await gives(url, String(token))
      expect(await imageOf(url, String(token))).toStartWith("http://localhost:")
      people.push(String(token))
    }
    return people
  })
  await whileRunning({ ...home.env, PUBLIC_URL: "https://live.example.com" }, async ({ url }) => {
    for (const token of tokens) {
      const image = await imageOf(url, token)
      expect(image).toStartWith("https://live.example.com/files/face_")
      expect(await shown(url, image)).toBe(200)
    }
  })
})

test("what this server kept it goes on showing when Qiniu keeps the new, and removes when it is replaced", async () => {
  await using home = await homeOfItsOwn()
  await using kodo: FakeKodo = await startFakeKodo()
  const { PUBLIC_URL = "" } = kodo.env
  const before = await whileRunning({ ...home.env, PUBLIC_URL }, async ({ url }) => {
    const { token } = await call(url, "POST", "/action/register", { account: "ana_1", pwd: "a-password" })
    await gives(url, String(token))
    return { token: String(token), image: await imageOf(url, String(token)) }
  })
  await whileRunning({ ...home.env, ...kodo.env }, async ({ url }) => {
    const { token, image } = before
    kodo.server = url
    expect(await imageOf(url, token)).toBe(image)
    expect(await shown(url, image)).toBe(200)
    expect(keptFiles(`${home.dataDir}/files`).length).toBe(1)
    await gives(url, token, kodo.url)
    expect(await imageOf(url, token)).toStartWith("http://face.example.com/face_")
    await untilDelivered(home)
    expect(await shown(url, image)).toBe(404)
    expect(keptFiles(`${home.dataDir}/files`)).toEqual([])

    const form = new FormData()
    form.append("token", token)
    form.append("file", new Blob([new Uint8Array(noisePng(40, 31))]))
    const sent = await fetch(`${url}/user/upload_image`, { method: "POST", body: form })
    expect(await sent.json()).toMatchObject({ ErrCode: 0, file: await imageOf(url, token) })
    await untilDelivered(home)
    expect([...kodo.files.keys()]).toEqual([`faces:${(await imageOf(url, token)).split("/").at(-1)}`])
  })
})

test("without what Qiniu needs the server does not start, and says what is missing", async () => {
  await using home = await homeOfItsOwn()
  await using kodo = await startFakeKodo()
  const { QINIU_COVER_DOMAIN: _, ...env } = kodo.env
  const { code, errors } = await runProgram(["serve"], { ...home.env, ...env })
  expect(code).not.toBe(0)
  expect(errors).toContain("Pictures are kept by qiniu, which needs QINIU_COVER_DOMAIN.")
  const { printed } = await runProgram(["doctor"], { ...home.env, ...kodo.env })
  expect(printed).toContain("pictures (qiniu): reachable")
  // Apps already shipped send theirs to Qiniu.
  expect(printed).not.toContain("upload no pictures")
  kodo.mood = "broken"
  expect((await runProgram(["doctor"], { ...home.env, ...kodo.env })).printed).toContain(
    "pictures (qiniu): Qiniu answered 599",
  )
})
