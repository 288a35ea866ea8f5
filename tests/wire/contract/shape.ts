/**
 * What keeps a value from having the shape of its samples, a line for each key that is missing or of another JSON type;
 * none when all is well. The samples are laid over one another: a key of any is wanted, and the rows of a list must each
 * have the keys of all the sample rows together. Where every sample is null the type is open.
 */
export function differences(samples: unknown[], value: unknown, path = ""): string[] {
  const shown = samples.filter((sample) => sample !== null && sample !== undefined)
  const types = [...new Set(shown.map(jsonType))]
  const type = jsonType(value)
  if (value === undefined) return [`${path || "."} is missing`]
  if (types.length > 0 && !types.includes(type)) return [`${path || "."} is ${type}, not ${types.join(" or ")}`]
  if (Array.isArray(value)) return rowDifferences(shown.filter(Array.isArray).flat(), value, path)
  if (type === "object") return keyDifferences(shown as Keys[], value as Keys, path)
  return []
}

type Keys = Record<string, unknown>

function rowDifferences(samples: unknown[], value: unknown[], path: string): string[] {
  if (samples.length === 0) return []
  if (value.length === 0) return [`${path || "."} has no row to compare`]
  return value.flatMap((row, at) => differences(samples, row, `${path}[${at}]`))
}

function keyDifferences(samples: Keys[], value: Keys, path: string): string[] {
  const keys = new Set(samples.flatMap((sample) => Object.keys(sample)))
  return [...keys].flatMap((key) => {
    const samplesOfKey = samples.map((sample) => sample[key])
    return differences(samplesOfKey, value[key], `${path}.${key}`)
  })
}

function jsonType(value: unknown): string {
  if (value === null) return "null"
  return Array.isArray(value) ? "array" : typeof value
}
