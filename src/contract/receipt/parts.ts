import type {
  CapUseFacts,
  EntryBody,
  FundingFacts,
  HoldFacts,
  LotFacts,
  WindowFacts,
} from '../../core/ledger/entry.ts'
import { formatNanos, nanos, readNanos, subtractToZero, ZERO } from '../../core/money/index.ts'
import type { SourceState } from './codes.ts'
import type { JournalEntry } from './entries.ts'
import { drawnOf, moneyOf, movements } from './moved.ts'
import type {
  CapChecked,
  Correction,
  FundingStep,
  ReceiptHold,
  ReceiptPosting,
  WindowAtMoment,
} from './schema.ts'

export type Lots = ReadonlyMap<string, LotFacts>

function sourceState(source: FundingFacts): SourceState {
  if (readNanos(source.drawn) === ZERO) return 'passed_over'
  return source.reason === null ? 'used' : 'used_in_part'
}

/** The funding order as it was tried: what each source gave and why it gave no more. */
export const fundingSteps = (funding: readonly FundingFacts[], lots: Lots): FundingStep[] =>
  funding.map((source, index) => {
    const lot = lots.get(source.source)
    const state = sourceState(source)
    return {
      position: index + 1,
      class: source.class,
      source: source.source,
      name: lot?.name ?? null,
      category: lot?.category ?? categoryOf(source),
      expires_at: lot?.expires_at ?? null,
      free: source.free,
      drawn: source.drawn,
      state,
      // A source that had nothing to cover gives nothing and needs no excuse but this one.
      reason: source.reason ?? (state === 'passed_over' ? 'not_needed' : null),
      cap_id: source.cap_id ?? null,
      window_id: source.window_id ?? null,
    }
  })

const categoryOf = (source: FundingFacts): 'paid' | 'promotional' | null =>
  source.class === 'paid' || source.class === 'promotional'
    ? source.class
    : (source.category ?? null)

/** Whole percents that never say "all used" while something is left. */
function usedPercent(used: bigint, capacity: bigint): number {
  if (capacity <= 0n || used >= capacity) return 100
  return Number((used * 100n) / capacity)
}

export const windowsAtMoment = (windows: readonly WindowFacts[]): WindowAtMoment[] =>
  windows.map((window) => {
    const capacity = readNanos(window.capacity)
    const used = readNanos(window.used)
    const taken = nanos(used + readNanos(window.held))
    return {
      id: window.id,
      start: window.start,
      end: window.end,
      resets_at: window.end,
      capacity: window.capacity,
      used: window.used,
      held: window.held,
      left: formatNanos(subtractToZero(capacity, taken)),
      used_percent: usedPercent(used, capacity),
      drawn: window.drawn,
      overshoot: window.overshoot,
    }
  })

export const capsChecked = (caps: readonly CapUseFacts[]): CapChecked[] =>
  caps.map((cap) => ({
    id: cap.id,
    scope: cap.scope as CapChecked['scope'],
    scope_id: cap.scope_id,
    period: cap.period as CapChecked['period'],
    bucket: cap.bucket,
    amount: cap.amount,
    spent: cap.spent,
    held: cap.held,
    left: formatNanos(
      subtractToZero(readNanos(cap.amount), nanos(readNanos(cap.spent) + readNanos(cap.held))),
    ),
    counts: cap.counts,
    drawn: cap.drawn,
  }))

export const postingsOf = (entries: readonly JournalEntry[]): ReceiptPosting[] =>
  entries.flatMap(({ body }) =>
    body.postings.map(([ledgerAccount, asset, amount, lotId]) => ({
      seq: body.seq,
      ledger_account: ledgerAccount,
      asset,
      amount,
      lot_id: lotId ?? null,
    })),
  )

export function holdOf(hold: HoldFacts | undefined): ReceiptHold | null {
  if (!hold) return null
  const { at, expires_at, money, included, settled, released } = hold
  const { worst, expected, max_output_tokens, clamped } = hold
  const reserved = { at, expires_at, money, included, settled, released }
  return { ...reserved, worst, expected, max_output_tokens, clamped }
}

/** Everything that changed the call after its settlement, oldest first. */
export function correctionOf({ body, hash }: JournalEntry, lots: Lots): Correction {
  const moved = movements(body)
  return {
    kind: body.kind as Correction['kind'],
    seq: body.seq,
    ref_seq: body.ref_seq ?? null,
    at: body.at,
    reason: body.reason ?? null,
    finding: body.finding ?? null,
    cause_call_id: body.cause_call_id ?? null,
    money: formatNanos(moneyOf(moved)),
    included: formatNanos(drawnOf(moved, 'included')),
    moved: moved.map((movement) => ({
      class: movement.class,
      source: movement.source,
      name: lots.get(movement.source)?.name ?? null,
      amount: formatNanos(nanos(-movement.drawn)),
    })),
    restored_lots: (body.restored_lots ?? []).map(({ id, name, expires_at }) => ({
      id,
      name,
      expires_at,
    })),
    ...reratingOf(body.rerating),
    hash,
  }
}

const reratingOf = (rating: EntryBody['rerating']): Pick<Correction, 'rerating'> =>
  rating?.status === 'priced'
    ? {
        rerating: {
          book: rating.book,
          model: rating.model,
          total: rating.total,
          lines: rating.lines.map((line) => ({ ...line })),
        },
      }
    : {}

/** The account's currency, as the entries state it. */
export const currencyOf = (bodies: readonly EntryBody[]): string | null =>
  bodies[0]?.currency ?? null
