import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { readdirSync } from "node:fs"
import { engine } from "../../src/db/kit.ts"
import { homeOfItsOwn } from "../crash/inspection.ts"
import { type S3Mood, startFakeS3 } from "../support/fakes/s3.ts"
import { runProgram } from "../support/process.ts"
import { backsUp, ownFolder } from "./house.ts"

setDefaultTimeout(120_000)

describe.if(engine === "sqlite")("in a bucket", () => {
  test("backups are kept, thinned out and restored from", async () => {
    await using home = await homeOfItsOwn()
    await using s3 = await startFakeS3()
    using folder = ownFolder()
    const env = { ...home.env, ...s3.env, BACKUP_KEEP: "2" }
    for (const name of [
      "mili/mili-20260101T050000.000Z.tar",
      "mili/mili-20260102T050000.000Z.tar",
      "mili/mili-20260103T050000.000Z.tar",
      "mili/notes",
      "mili-20260101T050000.000Z.tar",
    ]) {
      s3.objects.set(name, Buffer.from("old"))
    }
    await backsUp(env)
    const kept = [...s3.objects.keys()].sort()
    expect(kept).toEqual([
      "mili-20260101T050000.000Z.tar",
      "mili/mili-20260103T050000.000Z.tar",
      expect.any(String),
      "mili/notes",
    ])
    expect(readdirSync(home.dataDir)).not.toContain("backup.out")

    const copy = folder.at("copy")
    const outcome = await runProgram(["restore", `s3://backups/${kept[2]}`, "--to", copy], { ...env, DATA_DIR: copy })
    expect(outcome).toMatchObject({ code: 0 })
    expect(await runProgram(["audit"], { DATA_DIR: copy })).toMatchObject({ code: 0 })
  })

  test.each<S3Mood>(["broken", "forgetful", "garbling", "full", "hanging"])(
    "that is %s nothing is lost, nothing half stays, and the failure is told",
    async (mood) => {
      await using home = await homeOfItsOwn()
      await using s3 = await startFakeS3()
      s3.objects.set("mili/mili-20260101T050000.000Z.tar", Buffer.from("old"))
      s3.mood = mood
      const env = { ...home.env, ...s3.env, BACKUP_KEEP: "1", PORT: "0", RTMP_PORT: "0" }
      expect(await runProgram(["backup"], env)).toMatchObject({ code: 1, errors: expect.stringMatching(/^mili: ./) })
      expect([...s3.objects.keys()]).toEqual(["mili/mili-20260101T050000.000Z.tar"])
      expect((await runProgram(["doctor"], env)).printed).toContain("WRONG backups: the last attempt failed")
    },
  )

  test("a wrong secret is refused by the bucket", async () => {
    await using home = await homeOfItsOwn()
    await using s3 = await startFakeS3()
    const { code, errors } = await runProgram(["backup"], { ...home.env, ...s3.env, BACKUP_S3_SECRET: "guessed" })
    expect(code).toBe(1)
    expect(errors).toContain("SignatureDoesNotMatch")
    expect(s3.objects.size).toBe(0)
    expect(errors).not.toContain("guessed")
  })
})
