import type { Answer, CallListed } from '../../client/index.ts'

export type RunningCall = Answer<'listRunningCalls'>['items'][number]

/** A call in a list: one that has ended, or one in flight. Its receipt's id is the same before and after. */
export type CallRow =
  | { readonly kind: 'ended'; readonly id: string; readonly call: CallListed }
  | { readonly kind: 'running'; readonly id: string; readonly call: RunningCall }

export const endedRow = (call: CallListed): CallRow => ({
  kind: 'ended',
  id: call.receipt_id,
  call,
})

/** Where the receipt of a call is, or, of one that was refused, the card that says why. */
export const hrefOfRow = (account: string, row: CallRow): string | null => {
  if (row.kind === 'running') return null
  const screen = row.call.status === 'refused' ? 'blocked' : 'receipts'
  return `/a/${account}/${screen}/${row.id}`
}

/** Where the tries of a call stand, of one that took several: those before are there while the last still runs. */
export const hrefOfTries = (account: string, { id, call, kind }: CallRow): string | null =>
  (kind === 'running' ? call.attempt : call.attempts) > 1 ? `/a/${account}/receipts/${id}` : null

export interface TokenCounts {
  readonly input: number
  readonly cached: number
  readonly output: number
}

/** What went in fresh, what came from a cache or was written to it, and what came out. */
export function tokenCounts(tokens: Readonly<Record<string, number>>): TokenCounts {
  const counts = { input: 0, cached: 0, output: 0 }
  for (const [kind, count] of Object.entries(tokens)) {
    const part = kind.startsWith('cache') ? 'cached' : isOutput(kind) ? 'output' : 'input'
    counts[part] += count
  }
  return counts
}

const isOutput = (kind: string): boolean => kind === 'reasoning' || kind.startsWith('output')

export type SourceChip = 'plan' | 'promo' | 'prepaid' | 'overage' | 'not-billed'

const isSome = (amount: string | null): boolean => amount !== null && !/^-?0(\.0+)?$/.test(amount)

/** Every source that the call has drawn from, in the order in which they are tried. */
export function sourcesOf({ amounts }: Pick<CallListed, 'amounts'>): readonly SourceChip[] {
  const drawn: readonly (readonly [SourceChip, string | null])[] = [
    ['plan', amounts.covered_by_plan.amount],
    ['promo', amounts.credit.promotional.amount],
    ['prepaid', amounts.credit.paid.amount],
    ['overage', amounts.overage.amount],
  ]
  const found = drawn.flatMap(([source, amount]) => (isSome(amount) ? [source] : []))
  return found.length === 0 ? ['not-billed'] : found
}
