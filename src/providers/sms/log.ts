import type { SmsSender } from "./index.ts"

/** Prints codes in the server's own log, so that a fresh install can register people at once. */
export const logSms = (print: (line: string) => void): SmsSender => ({
  name: "log",
  async send({ tel, code, purpose }) {
    print(`SMS to ${tel}: your code is ${code} (${purpose})\n`)
  },
  check: async () => undefined,
})
