/** The configuration file as it was parsed. */
export type Json = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The code of a failed file operation. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

/** The value at a dotted path; `null` counts as not given. */
export function lookUp(file: Json, path: string): unknown {
  let value: unknown = file
  for (const part of path.split('.')) value = isRecord(value) ? value[part] : undefined
  return value === null ? undefined : value
}

/** The dotted paths of all values. */
export function leaves(value: Json, prefix = ''): string[] {
  return Object.entries(value).flatMap(([name, inner]) =>
    isRecord(inner) ? leaves(inner, `${prefix}${name}.`) : [`${prefix}${name}`],
  )
}
