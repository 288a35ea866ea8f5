import { describe, expect, test } from "bun:test"
import { describeSettings, parse } from "../src/config.ts"

describe("settings", () => {
  test("an empty environment gives a server that works", () => {
    expect(parse({})).toMatchObject({ ports: [3000], dataDir: "./data", timezone: "Asia/Shanghai", hostGrace: 60 })
  })

  test("a variable that is set but empty counts as not set", () => {
    expect(parse({ PORT: "", PUBLIC_URL: "" })).toMatchObject({ ports: [3000], publicUrl: undefined })
  })

  test("several ports are listened on", () => {
    expect(parse({ PORT: "3000, 3003" }).ports).toEqual([3000, 3003])
  })

  test.each([
    [{ PORT: "http" }, "PORT must be a whole number from 0 to 65535"],
    [{ PORT: "70000" }, "PORT must be"],
    [{ TIMEZONE: "Mars/Olympus" }, "TIMEZONE must be a time zone"],
    [{ PUBLIC_URL: "live.example.com" }, "PUBLIC_URL must be an address"],
    [{ OPEN_REGISTRATION: "yes" }, "OPEN_REGISTRATION must be 1 or 0"],
    [{ RATE_LIMITS: "maybe" }, "RATE_LIMITS must be one of on, off"],
    [{ DATA_KEY: "abc" }, "DATA_KEY must be 64 hex digits"],
    [{ TLS_CERT: "cert.pem" }, "TLS_CERT and TLS_KEY must be set together"],
    [{ SMS_PROVIDER: "webhook" }, "SMS_PROVIDER=webhook needs SMS_WEBHOOK_URL"],
  ] as [Record<string, string>, string][])("%p stops the start with a sentence", (environment, sentence) => {
    expect(() => parse(environment)).toThrow(sentence)
  })

  test("help names every setting with its default", () => {
    for (const name of ["PORT", "DATA_DIR", "HOST_GRACE", "DATABASE_URL"]) expect(describeSettings()).toContain(name)
    expect(describeSettings()).toContain("(Asia/Shanghai)")
  })
})
