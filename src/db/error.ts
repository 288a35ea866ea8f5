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
