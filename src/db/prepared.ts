import { Column, getTableName, is, Param, Placeholder, SQL, Subquery } from "drizzle-orm"
import { engine } from "./kit.ts"

export interface Prepared {
  execute(values?: Record<string, unknown>): Promise<unknown>
}

type Values = Record<string, unknown>
type Run = (values: Values) => Promise<unknown>

interface Field {
  path: string[]
  field: unknown
}

/** What drizzle keeps of a prepared statement; `stmt` on SQLite alone. */
interface Kept {
  query: { params: unknown[] }
  fields?: Field[]
  /** Whether a joined table's row is always there. */
  joinsNotNullableMap?: Record<string, boolean>
  customResultMapper?: unknown
  stmt: { values(...params: unknown[]): unknown[][] }
}

/**
 * How to run a prepared statement. On SQLite, drizzle finds out anew for every run which parameters are placeholders and
 * how each column is read, which takes longer than most of our statements themselves; here that is found out once.
 */
export function runnerOf(prepared: Prepared): Run {
  const { query, fields, joinsNotNullableMap, customResultMapper, stmt } = prepared as unknown as Kept
  // A left join's absent row becomes null, which is drizzle's to do.
  const mayBeAbsent = ({ path, field }: Field) =>
    path.length === 2 && is(field, Column) && joinsNotNullableMap && !joinsNotNullableMap[getTableName(field.table)]
  if (engine !== "sqlite" || !fields || customResultMapper || fields.some(mayBeAbsent)) {
    const names = query.params.flatMap(nameIn)
    return async (values) => {
      for (const name of names) given(values, name)
      return prepared.execute(values)
    }
  }
  const fill = filler(query.params)
  const read = reader(fields)
  return async (values) => stmt.values(...fill(values)).map(read)
}

function filler(params: unknown[]): (values: Values) => unknown[] {
  const fills = params.map((param): ((values: Values) => unknown) => {
    if (is(param, Placeholder)) return (values) => given(values, param.name)
    if (is(param, Param) && is(param.value, Placeholder)) {
      const { name } = param.value
      return (values) => param.encoder.mapToDriverValue(given(values, name))
    }
    return () => param
  })
  return (values) => fills.map((fill) => fill(values))
}

/** The placeholder that a parameter stands for, if it is one. */
function nameIn(param: unknown): string[] {
  const value = is(param, Param) ? param.value : param
  return is(value, Placeholder) ? [value.name] : []
}

/** Drizzle would make NULL of an undefined value. */
function given(values: Values, name: string): unknown {
  const value = values[name]
  if (value === undefined) throw new Error(`No value for "${name}" was provided.`)
  return value
}

interface Cell {
  name: string
  /** Where in the row it stands. */
  at: number
  decode: ((value: unknown) => unknown) | undefined
}

/** An object of a result, with the objects inside it. */
interface Shape {
  cells: Cell[]
  inner: { name: string; shape: Shape }[]
}

function reader(fields: Field[]): (row: unknown[]) => unknown {
  const outermost: Shape = { cells: [], inner: [] }
  for (const [at, { path, field }] of fields.entries()) {
    const decoder = decoderOf(field)
    const isPlain = decoder.mapFromDriverValue === Column.prototype.mapFromDriverValue
    shapeAt(outermost, path.slice(0, -1)).cells.push({
      name: path.at(-1) ?? "",
      at,
      decode: isPlain ? undefined : (value) => decoder.mapFromDriverValue(value),
    })
  }
  return (row) => objectOf(outermost, row)
}

function shapeAt(outermost: Shape, path: string[]): Shape {
  let place = outermost
  for (const name of path) {
    let found = place.inner.find((one) => one.name === name)
    if (!found) {
      found = { name, shape: { cells: [], inner: [] } }
      place.inner.push(found)
    }
    place = found.shape
  }
  return place
}

function objectOf({ cells, inner }: Shape, row: unknown[]): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const { name, at, decode } of cells) {
    const value = row[at]
    result[name] = decode && value !== null ? decode(value) : value
  }
  for (const { name, shape } of inner) result[name] = objectOf(shape, row)
  return result
}

function decoderOf(field: unknown): { mapFromDriverValue(value: unknown): unknown } {
  if (is(field, Column)) return field
  if (is(field, SQL)) return (field as unknown as { decoder: Column }).decoder
  if (is(field, Subquery)) return (field._.sql as unknown as { decoder: Column }).decoder
  return (field as { sql: { decoder: Column } }).sql.decoder
}
