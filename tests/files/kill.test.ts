import { expect, setDefaultTimeout, test } from "bun:test"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { call } from "../crash/client.ts"
import { homeOfItsOwn, rowsOf, untilDelivered } from "../crash/inspection.ts"
import { noisePng } from "../support/images.ts"
import { type Program, startProgram } from "../support/process.ts"
import { holdsHalf, untilDrafts } from "./half.ts"
import { encoded, keptFiles, pendingFiles } from "./stage.ts"

setDefaultTimeout(60_000)

const rounds = 4
/** Large enough to be under way for a while. */
const picture = () => noisePng(700, 400 + Math.floor(Math.random() * 300))

interface Member {
  token: string
  uid: number
  /** What was said to be theirs, and what may be since. */
  known: Buffer[]
}

async function registers(url: string, account: string): Promise<Member> {
  const { token, uid } = await call(url, "POST", "/action/register", { account, pwd: "a-password" })
  return { token: String(token), uid: Number(uid), known: [] }
}

async function grantOf(url: string, { token }: Member) {
  const answer = await call(url, "GET", "/upfile/gen_7niu_token", { token, uptype: 1 })
  return { token: String(answer["token"]), key: String(answer["key"]) }
}

/** Uploads picture after picture, by form or in parts, until the line breaks. @returns a status that is none of a success */
async function uploadsOn(url: string, member: Member, onDone: () => void): Promise<number> {
  for (let turn = 0; ; turn++) {
    const grant = await grantOf(url, member)
    const file = picture()
    member.known.push(file)
    const status = turn % 2 ? await byParts(url, grant, file) : await byForm(url, grant, file)
    if (status !== 200) return status
    // Once it is told, no earlier one comes back.
    member.known = [file]
    onDone()
  }
}

async function byForm(url: string, { token, key }: { token: string; key: string }, file: Buffer) {
  const form = new FormData()
  form.append("file", new Blob([new Uint8Array(file)]), "a.png")
  form.append("token", token)
  form.append("key", key)
  return (await fetch(`${url}/`, { method: "POST", body: form })).status
}

async function byParts(url: string, { token, key }: { token: string; key: string }, file: Buffer) {
  const headers = { Authorization: `UpToken ${token}` }
  const place = `${url}/buckets/face/objects/${encoded(key)}/uploads`
  const { uploadId } = (await (await fetch(place, { method: "POST", headers })).json()) as { uploadId: string }
  const parts: { partNumber: number; etag: string }[] = []
  for (let at = 0; at < file.length; at += 300_000) {
    const partNumber = parts.length + 1
    const body = new Uint8Array(file.subarray(at, at + 300_000))
    const part = await fetch(`${place}/${uploadId}/${partNumber}`, { method: "PUT", headers, body })
    parts.push({ partNumber, etag: ((await part.json()) as { etag: string }).etag })
  }
  return (await fetch(`${place}/${uploadId}`, { method: "POST", headers, body: JSON.stringify({ parts }) })).status
}

/** Every file that is kept is whole: it has the name of its content. */
function expectWholeFiles(dir: string): void {
  for (const name of keptFiles(dir)) {
    const bytes = readFileSync(join(dir, "kept", name.slice(0, 2), name))
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(name)
  }
}

async function expectPictures(url: string, members: Member[]): Promise<void> {
  for (const { token, known } of members) {
    const { user } = await call(url, "GET", "/user/refresh_info", { token })
    const { Image } = user as { Image: string }
    if (Image === "") {
      expect(known.length).toBeLessThan(2)
      continue
    }
    const shown = await fetch(`${url}${new URL(Image).pathname}`)
    expect(shown.status).toBe(200)
    const bytes = Buffer.from(await shown.bytes())
    expect(known.some((one) => one.equals(bytes))).toBe(true)
  }
}

test("killed in the middle of uploads, the server shows no half of a picture, and keeps every whole one", async () => {
  await using home = await homeOfItsOwn()
  const dir = join(home.dataDir, "files")
  const faults: number[] = []
  let program: Program = await startProgram(home.env)
  try {
    const members = await Promise.all(["ana_1", "bo_1", "cai_1", "dan_1"].map((name) => registers(program.url, name)))
    const eve = await registers(program.url, "eve_1")
    for (let round = 1; round <= rounds; round++) {
      const half = await grantOf(program.url, eve)
      const held = await holdsHalf(program.url, { ...half, file: picture() })
      await untilDrafts(dir, 1, 200_000)
      let done = 0
      const { promise: enough, resolve } = Promise.withResolvers<void>()
      const target = 4 + Math.floor(Math.random() * 12)
      const storm = members.map((member) =>
        uploadsOn(program.url, member, () => void (++done >= target && resolve())).then(
          (status) => faults.push(status),
          () => {},
        ),
      )
      await enough
      program.kill("SIGKILL")
      await program.exited
      await Promise.all(storm)
      held.destroy()
      expectWholeFiles(dir)
      expect(pendingFiles(dir).some((name) => name.endsWith(".new"))).toBe(true)

      program = await startProgram(home.env)
      expect(pendingFiles(dir).filter((name) => name.endsWith(".new"))).toEqual([])
      await expectPictures(program.url, members)
      expect((await fetch(`${program.url}/files/${half.key}`)).status).toBe(404)
      const { user } = await call(program.url, "GET", "/user/refresh_info", { token: eve.token })
      expect(user).toMatchObject({ Image: "" })
      await untilDelivered(home)
    }
    expect(faults).toEqual([])
    expectWholeFiles(dir)
    const wanted = await rowsOf(home, "SELECT content FROM files WHERE removed_at IS NULL")
    const kept = new Set(keptFiles(dir))
    expect(wanted.filter(({ content }) => !kept.has(String(content)))).toEqual([])
    // Of what was replaced nothing is left but what was written and not yet told of when the server was killed.
    expect(kept.size).toBeLessThanOrEqual(wanted.length + rounds * members.length)
  } finally {
    program.kill("SIGKILL")
    await program.exited
  }
})
