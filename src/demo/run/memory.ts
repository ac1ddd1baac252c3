import type { DemoMemory } from './options.ts'

/** What the demo remembers between starts. */
export interface Remembered {
  /** Which database it is about: another one has other keys. */
  readonly database: string
  /** Secrets of the account keys by the key's name. */
  readonly keys: Readonly<Record<string, string>>
  readonly replays: readonly PastReplay[]
}

export interface PastReplay {
  readonly name: string
  readonly at: string
  readonly calls: number
  readonly finished: boolean
  /** Where the next one goes on in the traces. */
  readonly next: { readonly mooncake: number; readonly azure: number }
}

/** Whatever cannot be read, or is of another database, counts as forgotten: keys are made anew. */
export function recall(memory: DemoMemory, database: string): Remembered {
  const read = memory.read()
  const nothing: Remembered = { database, keys: {}, replays: [] }
  if (typeof read !== 'object' || read === null) return nothing
  const { keys, replays, ...found } = read as Partial<Remembered>
  const usable = typeof keys === 'object' && keys !== null && Array.isArray(replays)
  return usable && found.database === database ? { database, keys, replays } : nothing
}
