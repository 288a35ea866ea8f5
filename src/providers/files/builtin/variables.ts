/** What a token's templates may speak of, by Qiniu's names: `key`, `fsize`, `imageInfo.width`, `x:colour` and so on. */
export type Variables = Record<string, string | number | undefined>

/** What a name is in a template: `$(fname)`, `$(x:colour)`. */
const named = /\$\(([\w:.-]{1,128})\)/g

/**
 * Fills in a template.
 *
 * @param as `json` for an answer, where texts get quotes and what is not known is null; `plain` for a name
 */
export function fill(template: string, variables: Variables, as: "json" | "plain"): string {
  return template.replace(named, (_, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined
    return as === "json" ? JSON.stringify(value ?? null) : String(value ?? "")
  })
}

/** What was sent along under names of the client's own. */
export function ownVariables(pairs: Iterable<[string, unknown]>): Variables {
  const own = [...pairs].filter(([name, value]) => name.startsWith("x:") && typeof value === "string")
  return Object.fromEntries(own as [string, string][])
}

/** Of the server's clock, for names. */
export function timeVariables(now: number): Variables {
  const time = new Date(now).toISOString()
  const [year, mon, day, hour, min, sec] = time.split(/\D/)
  return { year, mon, day, hour, min, sec }
}

/** `.jpg` of `a.b.jpg`, empty where there is none. */
export const extensionOf = (name: string) => /\.\w{1,10}$/.exec(name)?.[0] ?? ""
