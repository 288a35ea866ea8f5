import type { Hono } from "hono"
import type { Wire } from "./context.ts"

/** The methods an address takes, none when there is no such address. */
export function methodsOf(http: Hono<Wire>, path: string): string[] {
  const found = http.routes.filter(({ method, path: pattern }) => method !== "ALL" && matches(pattern, path))
  return [...new Set(found.map(({ method }) => method))].sort()
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split("/")
  const given = path.split("/")
  const fits = (part: string, at: number) => (part.startsWith(":") ? given[at] !== "" : part === given[at])
  return wanted.length === given.length && wanted.every(fits)
}
