import { describe, expect, test } from "bun:test"
import { Phone, type Plain } from "../support/phone.ts"
import { census, idsOf, type Stage, setStage, signsIn } from "./vendors.ts"

const anotherApp = "another-app"

/** What a phone may show of a person, given to our app or to another's, which the person trusted as well. */
interface Door {
  /** Ana at this vendor. */
  id: string
  grants(stage: Stage, id: string, app?: string): Plain
  /** The parameter that names the person, and those that prove it. */
  named: string
  proofs: string[]
}

const doors: Record<string, Door> = {
  weixin: {
    id: "oANA",
    // Of the apps that WeChat knows.
    grants: ({ weixin }, openid, app) => ({ ...weixin.grants({ openid }, app && "wxanotherapp00000") }),
    named: "openid",
    proofs: ["access_token", "refresh_token"],
  },
  qq: {
    id: "QANA",
    grants: ({ qq }, openid, app) => ({ ...qq.grants({ openid }, app) }),
    named: "openid",
    proofs: ["access_token"],
  },
  sina: {
    id: "1404376560",
    grants: ({ sina }, uid, app) => ({ ...sina.grants({ uid }, app && "999") }),
    named: "uid",
    proofs: ["access_token"],
  },
  facebook: {
    id: "1682",
    grants: ({ facebook }, id, app) => ({ ...facebook.grants({ id }, app ? { appId: app } : {}) }),
    named: "openid",
    proofs: ["access_token"],
  },
  twitter: {
    id: "3707",
    grants: ({ twitter }, id, app) => ({ ...twitter.grants({ id }, app) }),
    named: "openid",
    proofs: ["access_token", "access_token_secret"],
  },
}

/** Every way to take each proof from one of several people. */
const mixes = (proofs: string[], sources: Plain[]): Plain[] =>
  proofs.reduce<Plain[]>(
    (mixed, proof) => mixed.flatMap((one) => sources.map((source) => ({ ...one, [proof]: source[proof] }))),
    [{}],
  )

describe.each(Object.entries(doors))("by %s", (vendor, { id, grants, named, proofs }) => {
  const path = `/third_login/${vendor}_login`

  test("nobody comes into Ana's account with her name and anybody's tokens but her own of our app", async () => {
    await using stage = await setStage()
    const ana = await signsIn(stage.app, "Ana", path, grants(stage, id))
    const known = await idsOf(stage.app, ana.uid)

    const malId = id.replace(/.$/, "9")
    const stolen = grants(stage, id, anotherApp)
    const own = grants(stage, malId)
    const ownElsewhere = grants(stage, malId, anotherApp)
    const invented = Object.fromEntries(proofs.map((proof) => [proof, "invented"]))
    const tried = mixes(proofs, [stolen, own, ownElsewhere, invented])
    expect(tried.length).toBe(4 ** proofs.length)
    const mal = new Phone(stage.app, "Mal")
    for (const values of tried) await mal.fails(29, "POST", path, { ...values, [named]: id })
    // Nor with tokens that tell of nobody, or of an app that the caller names.
    for (const proof of proofs) {
      const without = await mal.call("POST", path, { ...own, [named]: id, [proof]: "" })
      expect([10, 29]).toContain(without.ErrCode)
    }
    const swapped = { appid: anotherApp, client_id: anotherApp, appkey: "999", oauth_consumer_key: anotherApp }
    await mal.fails(29, "POST", path, { ...stolen, ...swapped })

    expect(await census(stage.app)).toEqual({ people: 1, ids: known.length })
    await ana.ok("GET", "/user/refresh_info", { uid: ana.uid })
  })

  test("of a name told twice the one that is proven counts", async () => {
    await using stage = await setStage()
    const ana = await signsIn(stage.app, "Ana", path, grants(stage, id))
    const malId = id.replace(/.$/, "9")
    const own = grants(stage, malId)
    const tried = [
      [`?${named}=${id}`, own],
      [`?${named}=${malId}`, { ...own, [named]: id }],
      [`?${named}[]=${id}`, own],
    ] as const
    for (const [query, values] of tried) {
      for (const again of ["", `&${named}=${id}`]) {
        const pairs = Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
        const form = new URLSearchParams(pairs.join("&") + again)
        const answer = await (await fetch(`${stage.app.url}${path}${query}`, { method: "POST", body: form })).json()
        const { user } = answer as { user?: { Uid: number } }
        expect(user?.Uid).not.toBe(ana.uid)
      }
    }
    expect(await idsOf(stage.app, ana.uid)).toHaveLength(1)
    await ana.ok("GET", "/user/refresh_info")
  })

  test("Ana's own tokens of this vendor open nobody at the others", async () => {
    await using stage = await setStage()
    const ana = await signsIn(stage.app, "Ana", path, grants(stage, id))
    const shown = { refresh_token: "none", access_token_secret: "none", ...grants(stage, id), openid: id, uid: id }
    for (const other of Object.keys(doors).filter((one) => one !== vendor)) {
      await new Phone(stage.app, "Mal").fails(29, "POST", `/third_login/${other}_login`, shown)
    }
    expect((await census(stage.app)).people).toBe(1)
    await ana.ok("GET", "/user/refresh_info")
  })
})
