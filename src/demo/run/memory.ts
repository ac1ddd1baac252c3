import type { DemoMemory } from './options.ts'

/** What the demo remembers between starts. */
export interface Remembered {
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

const NOTHING: Remembered = { keys: {}, replays: [] }

/** Whatever cannot be read counts as forgotten: keys are made anew then. */
export function recall(memory: DemoMemory): Remembered {
  const read = memory.read()
  if (typeof read !== 'object' || read === null) return NOTHING
  const { keys, replays } = read as Partial<Remembered>
  return typeof keys === 'object' && keys !== null && Array.isArray(replays)
    ? { keys, replays }
    : NOTHING
}
