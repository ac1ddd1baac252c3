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

export interface Shape<World extends unknown[]> {
  readonly name: string
  readonly matches: (vector: Vector) => boolean
  /** Throws (by `expect`) when our outcome is not the right one, or is the wrong one. */
  readonly run: (vector: Vector, ...world: World) => void | Promise<void>
}

/** A way of running rows: its shapes, and which of them takes a row. */
export class Shapes<World extends unknown[] = []> {
  readonly #shapes: Shape<World>[] = []

  /** Adds a kind of row. `matches` has to be narrow: a row that two shapes take fails the run. */
  register(
    name: string,
    matches: Shape<World>['matches'],
    run: Shape<World>['run'],
  ): void {
    if (this.#shapes.some((shape) => shape.name === name))
      throw new Error(`shape "${name}" is there twice`)
    this.#shapes.push({ name, matches, run })
  }

  /** The one shape that takes the row. Throws when there is none, or more than one. */
  of(vector: Vector): Shape<World> {
    const found = this.#shapes.filter((shape) => shape.matches(vector))
    const [shape] = found
    if (!shape)
      throw new Error(
        `${vector.id} (${vector.cls}): no registered shape takes it; given: ${Object.keys(vector.given).join(', ')}`,
      )
    if (found.length > 1)
      throw new Error(
        `${vector.id}: taken by ${found.map(({ name }) => `"${name}"`).join(' and ')}`,
      )
    return shape
  }
}

const core = new Shapes()
/** Shapes of rows that are run against the core. */
export const registerShape: (typeof core)['register'] = (...shape) => core.register(...shape)
export const shapeOf = (vector: Vector): Shape<[]> => core.of(vector)

/** The decimals that a member says, with or without words behind them. */
export function decimalsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(decimalsOf)
  if (typeof value === 'number') return [value.toString()]
  if (typeof value !== 'string') return []
  const found = /^-?\d+(?:\.\d+)?/.exec(value)
  return found ? [found[0]] : []
}
