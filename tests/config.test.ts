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
    [{ TRUSTED_PROXIES: "10.0.0.0/33" }, "TRUSTED_PROXIES must be addresses or networks"],
    [{ TRUSTED_PROXIES: "nonsense" }, "TRUSTED_PROXIES must be addresses or networks"],
    [{ PORT: "3000,3000" }, "PORT names a port twice"],
    [{ FORCED_VERSION: "new" }, "FORCED_VERSION must be a version"],
    [{ RATE_LIMITS: "maybe" }, "RATE_LIMITS must be one of on, off"],
    [{ DATA_KEY: "abc" }, "DATA_KEY must be 64 hex digits"],
    [{ TLS_CERT: "cert.pem" }, "TLS_CERT and TLS_KEY must be set together"],
    [{ SMS_PROVIDER: "webhook" }, "SMS_PROVIDER=webhook needs SMS_WEBHOOK_URL"],
  ] as [Record<string, string>, string][])("%p stops the start with a sentence", (environment, sentence) => {
    expect(() => parse(environment)).toThrow(sentence)
  })

  test("a secret that is wrong is not repeated", () => {
    for (const [name, value] of [
      ["DATA_KEY", "a".repeat(63)],
      ["DATABASE_URL", "mysql://mili:s3cret@db/mili"],
    ]) {
      expect(() => parse({ [String(name)]: value })).toThrow(new RegExp(`^${name} (?!.*(aaa|s3cret))`))
    }
  })

  test("help names every setting with its default", () => {
    for (const name of ["PORT", "DATA_DIR", "HOST_GRACE", "DATABASE_URL"]) expect(describeSettings()).toContain(name)
    expect(describeSettings()).toContain("(Asia/Shanghai)")
  })
})
