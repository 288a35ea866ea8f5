interface Cause {
  code?: string
  errno?: string | number
}

/** The error and what caused it, outermost first: drizzle wraps what the driver threw. */
export function causes(error: unknown): (Error & Cause)[] {
  const chain: (Error & Cause)[] = []
  for (let cause = error; cause instanceof Error && chain.length < 5; cause = cause.cause) chain.push(cause)
  return chain
}

/** Whether a write failed because a unique key was there already; asked outside the write, never inside a body. */
export function duplicate(error: unknown): boolean {
  return causes(error).some(
    ({ code, errno }) =>
      code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY" || errno === "23505",
  )
}

/** Whether another process held SQLite's file. */
export const isBusy = (error: unknown): boolean =>
  causes(error).some(({ code }) => code?.startsWith("SQLITE_BUSY") ?? false)

const serializationFailure = "40001"
const deadlock = "40P01"

/** Whether Postgres gave a transaction up because of another one; run again, it may well succeed. */
export const isConflict = (error: unknown): boolean =>
  causes(error).some(({ errno }) => errno === serializationFailure || errno === deadlock)

/** 57P01 to 57P03: the server ends, crashed or is starting; 53300: it has no connection left; class 08: the line broke. */
const lostStates = /^(57P0[123]|53300|08...)$/

/** Whether a Postgres connection is gone or could not be opened, whatever it was asked. */
export const isLost = (error: unknown): boolean =>
  causes(error).some(
    ({ code, errno }) =>
      code?.startsWith("ERR_POSTGRES_CONNECTION") ||
      code === "ERR_POSTGRES_IDLE_TIMEOUT" ||
      lostStates.test(String(errno ?? "")),
  )
