import { expect, setDefaultTimeout, test } from "bun:test"
import fc from "fast-check"
import type { Answer, Phone } from "../support/phone.ts"
import { type Scene, setScene } from "./support/scene.ts"
import { asValue, hostileText, toJson, toQuery } from "./support/values.ts"

setDefaultTimeout(60_000)

interface Field {
  what: string
  most: number
  least: number
  path: string
  name: string
  /** What the server shows of it. */
  shown(phone: Phone, answer: Answer): Promise<unknown>
}

const ofUser = (key: string) => async (phone: Phone) =>
  ((await phone.ok("GET", "/user/refresh_info"))["user"] as Record<string, unknown>)[key]

const fields: Field[] = [
  {
    what: "nickname",
    least: 1,
    most: 20,
    path: "/user/modify_info_nick",
    name: "nick_name",
    shown: ofUser("NickName"),
  },
  { what: "signature", least: 0, most: 80, path: "/user/modify_info_sign", name: "sign", shown: ofUser("Signature") },
  {
    what: "place",
    least: 0,
    most: 80,
    path: "/user/modify_info_location",
    name: "location",
    shown: ofUser("Location"),
  },
  {
    what: "room name",
    least: 0,
    most: 40,
    path: "/room/create_room",
    name: "room_name",
    async shown(phone, { roomid }) {
      const { info } = await phone.ok("GET", "/room_info", { rid: Number(roomid) })
      return (info as Record<string, unknown>)["RoomName"]
    },
  },
]

const written = fc.oneof(
  fc.string({ unit: "binary", maxLength: 90 }),
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).map((text) => ` \t${text}\u3000\n`),
  hostileText,
)

/** A text that may stand in a field, as it is kept; undefined for one that must be refused. */
function kept(text: string, { what, least, most }: Pick<Field, "what" | "least" | "most">): string | undefined {
  const trimmed = text.trim()
  if ((what === "nickname" || what === "room name") && !canBeName(trimmed)) return undefined
  const length = [...trimmed].length
  return trimmed.includes("\0") || !trimmed.isWellFormed() || length < least || length > most ? undefined : trimmed
}

/** Names show something and hide nothing. */
const canBeName = (text: string) =>
  !/[\p{Cc}\p{Bidi_Control}]/u.test(text) && (text === "" || /[^\s\p{Default_Ignorable_Code_Point}]/u.test(text))

async function sends({ app, bo }: Scene, { path, name }: Field, text: string, inJson: boolean): Promise<Answer> {
  const pairs: [string, ReturnType<typeof asValue>][] = [
    ["token", asValue(bo.token)],
    [name, asValue(text)],
  ]
  const headers = { "Content-Type": inJson ? "application/json" : "application/x-www-form-urlencoded" }
  const response = await fetch(app.url + path, {
    method: "POST",
    headers,
    body: inJson ? toJson(pairs) : toQuery(pairs),
  })
  return (await response.json()) as Answer
}

for (const field of fields) {
  test(`a ${field.what} comes back as it was sent, trimmed, or is refused`, async () => {
    await using scene = await setScene()
    const { words } = scene.app.running.app
    await fc.assert(
      fc.asyncProperty(written, fc.boolean(), async (text, inJson) => {
        // A form cannot carry half a surrogate pair; what arrives is another text.
        if (!inJson && !text.isWellFormed()) return
        const expected = kept(text, field)
        const answer = await sends(scene, field, text, inJson)
        if (expected === undefined) {
          // In one place empty means absent, and an optional field may be absent.
          if (field.least === 0 && text === "") return
          expect(answer.ErrCode).toBe(10)
          return
        }
        if (text === "") return
        if (words.finds(expected)) expect(answer.ErrCode).toBe(61)
        else if (field.what === "nickname" && /^大米\d+$/.test(expected)) expect(answer.ErrCode).toBe(54)
        else {
          expect(answer.ErrCode).toBe(0)
          expect(await field.shown(scene.bo, answer)).toBe(expected)
        }
      }),
      { numRuns: 400, interruptAfterTimeLimit: 2_500 },
    )
    await scene.isSound()
  })
}

test("what is said in a room is heard as it was said, trimmed, or is refused", async () => {
  await using scene = await setScene()
  const { ana, bo, roomId } = scene
  const [atAna, atBo] = [await ana.enters(roomId), await bo.enters(roomId)]
  const { words } = scene.app.running.app
  await fc.assert(
    fc.asyncProperty(written, async (text) => {
      // A longer message ends the socket.
      if (Buffer.byteLength(JSON.stringify(text)) > 16_000) return
      const expected = kept(text, { what: "chat", least: 1, most: 200 })
      atBo.sends({ mtype: 1, msg: text })
      if (expected === undefined) await atBo.hears({ mtype: 4, err: 10 })
      else if (words.finds(expected)) await atBo.hears({ mtype: 4, err: 61 })
      else {
        expect((await atBo.hears({ mtype: 1 }))["msg"]).toBe(expected)
        expect((await atAna.hears({ mtype: 1 }))["msg"]).toBe(expected)
      }
    }),
    { numRuns: 500, interruptAfterTimeLimit: 2_500 },
  )
  await scene.isSound()
})
