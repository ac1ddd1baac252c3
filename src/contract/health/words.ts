import type { TileId, TileState } from './tiles.ts'

interface TileWords {
  readonly name: string
  /** What the number is. */
  readonly means: string
  /** What to do first when it is bad. */
  readonly first: string
}

/** A new tile does not compile until both languages have it. */
export interface HealthWords {
  readonly states: Readonly<Record<TileState, string>>
  readonly tiles: Readonly<Record<TileId, TileWords>>
}
