type Level = "debug" | "info" | "warn" | "error"

export type Fields = Record<string, unknown>

export interface Log {
  debug(message: string, fields?: Fields): void
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
}

const ranks: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/**
 * One JSON object a line: `time` (RFC 3339, UTC), `level`, `message` and the fields. An error in the fields is told by
 * its stack and its causes' words, without the values a failed statement carried.
 */
export function createLog(put: (line: string) => void, least: Level = "info"): Log {
  const at =
    (level: Level) =>
    (message: string, fields: Fields = {}) => {
      if (ranks[level] < ranks[least]) return
      put(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...readable(fields) })}\n`)
    }
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }
}

function readable(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? tell(value) : value]),
  )
}

/** A failed statement's own message carries its parameters, so only its cause is told. */
function tell(error: Error): unknown {
  if (error.name === "DrizzleQueryError" || error.message.startsWith("Failed query")) {
    return { error: "query failed", cause: error.cause instanceof Error ? tell(error.cause) : undefined }
  }
  return {
    error: error.message,
    stack: error.stack,
    cause: error.cause instanceof Error ? tell(error.cause) : undefined,
  }
}
