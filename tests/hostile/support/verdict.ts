import { expect } from "bun:test"

/** What came back, however it was asked for. */
export interface Reply {
  status: number
  type: string | null
  body: string
}

export const replyOf = async (response: Response): Promise<Reply> => ({
  status: response.status,
  type: response.headers.get("content-type"),
  body: await response.text(),
})

const statuses = [200, 404, 405, 413, 426, 429, 503]
const leaks = [
  /\b(select|insert|update|delete|drop|pragma)\b.*\b(from|into|set|where|table)\b/i,
  /sqlite|postgres|drizzle|constraint|syntax error|violates/i,
  /\n\s+at |node_modules|\.ts\b|(Type|Range|Syntax|Reference)Error|undefined|\[object |argon2/,
]

/** Every answer is the contract's JSON under a status the contract knows, and what it says is fit for a person. */
export function assertProper(reply: Reply, secrets: string[] = []): void {
  expect(statuses, JSON.stringify(reply)).toContain(reply.status)
  expect(reply.type).toStartWith("application/json")
  const { ErrCode, ErrMsg } = JSON.parse(reply.body)
  expect(ErrCode).toBeInteger()
  if (ErrCode === 0) return
  expect(ErrMsg).toMatch(/^[A-Z].*\.$/s)
  for (const leak of leaks) expect(ErrMsg).not.toMatch(leak)
  for (const secret of secrets) expect(ErrMsg).not.toInclude(secret)
}

/** The same for an answer to HEAD, which has no body. */
export function assertProperHead({ status, body }: Reply): void {
  expect(statuses).toContain(status)
  expect(body).toBe("")
}
