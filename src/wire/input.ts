import { zValidator } from "@hono/zod-validator"
import type { Context } from "hono"
import { createMiddleware } from "hono/factory"
import type { z } from "zod"
import { type Reason, refuse } from "../refusal.ts"
import type { Wire } from "./context.ts"
import { type Params, params } from "./params.ts"

/**
 * Checks the merged parameters and the path's against a schema and puts the result at `c.var.input`.
 *
 * @throws {Refusal} `invalid` with a sentence naming the first parameter at fault
 */
export function input<S extends z.ZodObject>(schema: S, invalid: Reason = "input.invalid") {
  return createMiddleware<Wire & { Variables: { input: z.output<S> } }>(async (c, next) => {
    const given = withoutEmpty(schema, await params(c.req))
    const check = zValidator(
      "param",
      schema,
      (result) => {
        if (!result.success) {
          const name = result.error.issues[0]?.path[0]
          const what = result.error.issues[0]?.message
          const missing = { ...given, ...c.req.param() }[String(name)] === undefined
          refuse(invalid, { message: `The parameter "${String(name)}" ${missing ? "is missing" : what}.` })
        }
        c.set("input", result.data as z.output<S>)
      },
      { validationFunction: (shape, path) => shape.safeParse({ ...given, ...path }) as never },
    )
    return check(c as unknown as Context, next)
  })
}

/** A parameter that is there but empty counts as absent, unless empty text is a value that it takes. */
function withoutEmpty(schema: z.ZodObject, given: Params): Params {
  if (!Object.values(given).includes("")) return given
  const empty = Object.keys(given).filter((name) => given[name] === "" && !takesEmpty(schema, name))
  return Object.fromEntries(Object.entries(given).filter(([name]) => !empty.includes(name)))
}

const takesEmpty = (schema: z.ZodObject, name: string) =>
  !Object.hasOwn(schema.shape, name) || schema.shape[name]?.safeParse("").success === true
