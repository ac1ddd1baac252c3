/** One row of misbilling.json. What is given and expected depends on the row's shape. */
export interface Vector {
  readonly id: string
  readonly source: string
  readonly cls: string
  readonly prices_usd_per_mtok?: Fields
  readonly given: Fields
  readonly expect: Fields
  readonly observed_wrong?: Fields
  readonly why: string
}

// Rows are plain JSON: whoever reads a member checks what it is.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Fields = Readonly<Record<string, any>>

export interface Shape {
  readonly name: string
  readonly matches: (vector: Vector) => boolean
  /** Throws (by `expect`) when our outcome is not the right one, or is the wrong one. */
  readonly run: (vector: Vector) => void | Promise<void>
}

const shapes: Shape[] = []

/** Adds a kind of row. `matches` has to be narrow: a row that two shapes take fails the run. */
export function registerShape(
  name: string,
  matches: Shape['matches'],
  run: Shape['run'],
): void {
  if (shapes.some((shape) => shape.name === name)) throw new Error(`shape "${name}" is there twice`)
  shapes.push({ name, matches, run })
}

/** The one shape that takes the row. Throws when there is none, or more than one. */
export function shapeOf(vector: Vector): Shape {
  const found = shapes.filter((shape) => shape.matches(vector))
  const [shape] = found
  if (!shape)
    throw new Error(
      `${vector.id} (${vector.cls}): no registered shape takes it; given: ${Object.keys(vector.given).join(', ')}`,
    )
  if (found.length > 1)
    throw new Error(`${vector.id}: taken by ${found.map(({ name }) => `"${name}"`).join(' and ')}`)
  return shape
}

/** The decimals that a member says, with or without words behind them. */
export function decimalsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(decimalsOf)
  if (typeof value === 'number') return [value.toString()]
  if (typeof value !== 'string') return []
  const found = /^-?\d+(?:\.\d+)?/.exec(value)
  return found ? [found[0]] : []
}
