import type { EntryBody, RefusalFacts } from '../ledger/index.ts'
import { type Answer, answer, type Context, type StoredEntry } from './decision.ts'
import type { Result } from './results.ts'

type Content = Readonly<Record<string, unknown>>

/** The first field in which a repeat differs from the stored command; `null` when it is the same. */
export function differingField(stored: Content, given: Content): string | null {
  for (const field of new Set([...Object.keys(stored), ...Object.keys(given)]))
    if (inOrder(stored[field]) !== inOrder(given[field])) return field
  return null
}

/** As JSON with the members of each object by their names: whoever sends again may have them in another order. */
const inOrder = (value: unknown): string | undefined =>
  JSON.stringify(value, (_name, own: unknown) =>
    typeof own === 'object' && own !== null && !Array.isArray(own)
      ? Object.fromEntries(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)))
      : own,
  )

/** A refusal that leaves no entry: nothing was decided that a later repeat could contradict. */
export const refuse = (refused: RefusalFacts): Answer =>
  answer({ status: 'refused', refused, entry: null })

/** A short digest for telling equal contents from different ones (FNV-1a over 2 × 32 bits; not for secrets). */
export function digestOf(content: Content): string {
  const text = JSON.stringify(content)
  let a = 0x811c9dc5
  let b = 0x01000193
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b) + a
  }
  return hex32(a) + hex32(b)
}

const hex32 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0')

export const conflict = (field: string): Answer =>
  refuse({
    code: 'request_conflict',
    field,
    message: `the same request id was used before with another ${field}`,
  })

/** The answer that an entry stands for. */
export const resultOf = (entry: StoredEntry): Result =>
  entry.body.refused
    ? { status: 'refused', refused: entry.body.refused, entry: entry.body }
    : { status: 'posted', entry: entry.body, hash: entry.hash }

/**
 * Idempotency, before any validation: the same id with the same content gets the first answer, byte
 * for byte; with other content a conflict that names the field.
 */
export function replay(
  context: Context,
  kind: EntryBody['kind'],
  requestId: string,
  content: Content,
  storedContent: (body: EntryBody) => Content = (body) => body.command,
): Answer | null {
  const stored = context.prior.find(
    ({ body }) => body.kind === kind && body.request_id === requestId,
  )
  if (!stored) return null
  const field = differingField(storedContent(stored.body), content)
  return field === null ? answer(resultOf(stored), true) : conflict(field)
}
