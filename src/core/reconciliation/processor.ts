import { type Nanos, subtract, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'

/** What moves money between a payment processor and us. `refund_failed`: the bank did not take it. */
export const MOVEMENT_TYPES = [
  'charge',
  'refund',
  'refund_failed',
  'dispute',
  'dispute_won',
] as const
export type MovementType = (typeof MOVEMENT_TYPES)[number]

/** A movement as the processor's balance has it. Amounts are signed: what we get is above zero. */
export interface ProcessorMovement {
  readonly ref: string
  readonly type: MovementType | 'fee' | 'payout' | 'other'
  /** Our own id of the payment, where the processor knows it. */
  readonly paymentId: string | null
  readonly chargeRef: string | null
  /** Our own id of the refund, or the processor's of the dispute. */
  readonly subject: string | null
  readonly amount: Nanos
  readonly fee: Nanos
  readonly currency: string
  readonly at: Instant
}

/** A movement as our journal has it, posted to `house:processor_clearing`. */
export interface LedgerMovement {
  readonly accountId: string
  readonly seq: number
  readonly type: MovementType
  readonly paymentId: string
  readonly chargeRef: string | null
  readonly subject: string | null
  readonly amount: Nanos
  readonly currency: string
  readonly at: Instant
  /** No processor took it: an operator entered a payment that was made elsewhere. */
  readonly byHand: boolean
}

export const PROCESSOR_DIFFERENCES = [
  'missing_at_processor',
  'missing_in_ledger',
  'amount_differs',
  'twice_at_processor',
  'twice_in_ledger',
  'wrong_currency',
] as const

export interface ProcessorDifference {
  readonly difference: (typeof PROCESSOR_DIFFERENCES)[number]
  /** The same difference found again has the same key. */
  readonly key: string
  readonly type: MovementType
  readonly paymentId: string | null
  readonly accountId: string | null
  readonly seqs: readonly number[]
  readonly refs: readonly string[]
  readonly currency: string
  readonly processor: Nanos | null
  readonly ledger: Nanos | null
  /** `processor - ledger`. */
  readonly amount: Nanos
  /** Of the movement that differs. */
  readonly at: Instant
  /**
   * `in_transit`: so young that the other side may only be late. `dispute_open`: the bank holds the money
   * until it has decided, and the journal posts the outcome. `null`: nothing explains it.
   */
  readonly cause: 'in_transit' | 'dispute_open' | null
}

export interface ProcessorReconciled {
  readonly matched: number
  readonly byHand: number
  readonly differences: readonly ProcessorDifference[]
  /** By currency: what the processor kept, and what it paid out. Neither is in the journal. */
  readonly fees: ReadonlyMap<string, Nanos>
  readonly payouts: ReadonlyMap<string, Nanos>
  /** By type of the processor: what we do not know what to hold against. */
  readonly others: readonly ProcessorMovement[]
}

export interface ProcessorSettings {
  readonly until: Instant
  /** What is younger than this at `until` may be on its way. */
  readonly transitMs: number
  /** Disputes that have begun and not ended, by the processor's ids. */
  readonly openDisputes: ReadonlySet<string>
}

type Pair = { readonly ours: LedgerMovement[]; readonly theirs: ProcessorMovement[] }

/** Holds every movement of the processor against the journal, each against one. */
export function reconcileProcessor(
  theirs: readonly ProcessorMovement[],
  ours: readonly LedgerMovement[],
  settings: ProcessorSettings,
): ProcessorReconciled {
  const byRef = new Map(
    ours.flatMap((own) => (own.chargeRef ? [[own.chargeRef, own.paymentId]] : [])),
  )
  const fees = new Map<string, Nanos>()
  const payouts = new Map<string, Nanos>()
  const others: ProcessorMovement[] = []
  const pairs = new Map<string, Pair>()
  for (const own of ours)
    if (!own.byHand) pairAt(pairs, keyOf(own.type, own.paymentId, own.subject)).ours.push(own)
  for (const movement of theirs) {
    raise(fees, movement.currency, movement.fee)
    if (movement.type === 'fee') raise(fees, movement.currency, -movement.amount)
    else if (movement.type === 'payout') raise(payouts, movement.currency, -movement.amount)
    else if (movement.type === 'other') others.push(movement)
    else {
      const payment =
        movement.paymentId ??
        byRef.get(movement.chargeRef ?? '') ??
        movement.chargeRef ??
        movement.ref
      pairAt(pairs, keyOf(movement.type, payment, movement.subject)).theirs.push(movement)
    }
  }
  const differences = [...pairs].flatMap(([key, pair]) => differencesOf(key, pair, settings))
  const matched = [...pairs.values()].filter(isMatched).length
  return {
    matched,
    byHand: ours.filter(({ byHand }) => byHand).length,
    differences,
    fees,
    payouts,
    others,
  }
}

/** A charge is known by its payment; refunds and disputes of one payment can be several. */
const keyOf = (type: MovementType, payment: string, subject: string | null): string =>
  type === 'charge' || subject === null ? `${type}:${payment}` : `${type}:${payment}:${subject}`

function pairAt(pairs: Map<string, Pair>, key: string): Pair {
  const known = pairs.get(key)
  if (known) return known
  const fresh: Pair = { ours: [], theirs: [] }
  pairs.set(key, fresh)
  return fresh
}

function raise(sums: Map<string, Nanos>, currency: string, amount: bigint): void {
  if (amount !== 0n) sums.set(currency, ((sums.get(currency) ?? 0n) + amount) as Nanos)
}

const isMatched = ({ ours, theirs }: Pair): boolean =>
  ours.length === 1 &&
  theirs.length === 1 &&
  ours[0]?.amount === theirs[0]?.amount &&
  ours[0]?.currency === theirs[0]?.currency

function differencesOf(
  key: string,
  pair: Pair,
  settings: ProcessorSettings,
): readonly ProcessorDifference[] {
  const { ours, theirs } = pair
  const [own] = ours
  const [their] = theirs
  const found: ProcessorDifference[] = []
  const add = (difference: ProcessorDifference['difference'], part: Pair): void => {
    found.push(differenceOf({ difference, key }, part, settings))
  }
  if (theirs.length > 1) add('twice_at_processor', { ours: [], theirs: theirs.slice(1) })
  if (ours.length > 1) add('twice_in_ledger', { ours: ours.slice(1), theirs: [] })
  if (own && !their) add('missing_at_processor', { ours: [own], theirs: [] })
  else if (their && !own) add('missing_in_ledger', { ours: [], theirs: [their] })
  else if (own && their && own.currency !== their.currency)
    add('wrong_currency', { ours: [own], theirs: [their] })
  else if (own && their && own.amount !== their.amount)
    add('amount_differs', { ours: [own], theirs: [their] })
  return found
}

function differenceOf(
  { difference, key }: Pick<ProcessorDifference, 'difference' | 'key'>,
  { ours, theirs }: Pair,
  { until, transitMs, openDisputes }: ProcessorSettings,
): ProcessorDifference {
  const sum = (all: readonly { readonly amount: Nanos }[]): Nanos | null =>
    all.length === 0 ? null : (all.reduce((total, { amount }) => total + amount, 0n) as Nanos)
  const [processor, ledger] = [sum(theirs), sum(ours)]
  const [own, their] = [ours[0], theirs[0]]
  const at = own?.at ?? their?.at ?? until
  const isMissing = difference === 'missing_at_processor' || difference === 'missing_in_ledger'
  return {
    difference,
    key: `${difference}:${key}`,
    type: own?.type ?? (their?.type as MovementType),
    paymentId: own?.paymentId ?? their?.paymentId ?? null,
    accountId: own?.accountId ?? null,
    seqs: ours.map(({ seq }) => seq),
    refs: theirs.map(({ ref }) => ref),
    currency: (their ?? own)?.currency ?? '',
    processor,
    ledger,
    amount: subtract(processor ?? ZERO, ledger ?? ZERO),
    at,
    cause:
      their?.type === 'dispute' && openDisputes.has(their.subject ?? '')
        ? 'dispute_open'
        : isMissing && until - at < transitMs
          ? 'in_transit'
          : null,
  }
}
