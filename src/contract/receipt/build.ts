import type { EntryBody, LotFacts, RatingFacts } from '../../core/ledger/entry.ts'
import { amountsOf, balanceOf } from './amounts.ts'
import { checkEntry, checkReceipt } from './checks.ts'
import { type CallEntries, callEntries, type JournalEntry, newest } from './entries.ts'
import { attemptsOf, timelineOf } from './history.ts'
import {
  capsChecked,
  correctionOf,
  currencyOf,
  fundingSteps,
  holdOf,
  type Lots,
  postingsOf,
  windowsAtMoment,
} from './parts.ts'
import { receiptId } from './receipt-id.ts'
import type { Receipt } from './schema.ts'
import { statusOf, verdictOf } from './verdict.ts'

/** What the call's own entries cannot tell, where the reader has it at hand. */
export interface ReceiptContext {
  /** The account's currency: an entry without postings does not name it. */
  readonly currency?: string
  /** Facts of the lots in the funding trace, for their names and expiry. */
  readonly lots?: readonly LotFacts[]
}

/**
 * Folds all journal entries of one call, in order of `seq`, into its receipt: facts and codes.
 * @throws ReceiptNotClosed when any sum does not close: that is a bug, and is never shown.
 */
export function buildReceipt(
  entries: readonly JournalEntry[],
  context: ReceiptContext = {},
): Receipt {
  const call = callEntries(entries)
  const id = receiptId(call.callId)
  for (const { body } of entries) checkEntry(body, id)
  const receipt: Receipt = { receipt_id: id, ...headOf(call, context), ...bodyOf(call, context) }
  checkReceipt(receipt)
  return receipt
}

type Head = 'call_id' | 'account_id' | 'as_of' | 'seq' | 'event_at' | 'currency'
type Money = 'status' | 'verdict' | 'amounts'

function headOf(call: CallEntries, context: ReceiptContext): Pick<Receipt, Head | Money> {
  const bodies = call.all.map(({ body }) => body)
  const balance = balanceOf(call)
  const status = statusOf(call, balance)
  const estimated = (newest(call.charges, 'usage')?.estimated.length ?? 0) > 0
  return {
    call_id: call.callId,
    account_id: call.accountId,
    as_of: call.latest.body.at,
    seq: call.latest.body.seq,
    event_at: (call.charges[0] ?? call.decisive).body.event_at,
    currency: currencyOf(bodies) ?? context.currency ?? null,
    status,
    verdict: verdictOf(call, balance, status),
    amounts: amountsOf(balance, estimated),
  }
}

function bodyOf(
  call: CallEntries,
  context: ReceiptContext,
): Omit<Receipt, Head | Money | 'receipt_id'> {
  const lots = lotsOf(call, context)
  const decisions = call.charges.length > 0 ? call.charges : [call.decisive]
  const completions = call.charges.filter(({ body }) => body.kind === 'complete')
  const corrections = [...completions, ...call.corrections.filter(isVisible)]
  return {
    lines: call.rating?.status === 'priced' ? call.rating.lines.map((line) => ({ ...line })) : [],
    funding: fundingSteps(newest(decisions, 'funding') ?? [], lots),
    coverage: newest(decisions, 'coverage') ?? null,
    windows: windowsAtMoment(newest(decisions, 'windows') ?? []),
    caps: capsChecked(newest(decisions, 'caps') ?? []),
    hold: holdOf(newest(decisions, 'hold')),
    attempts: attemptsOf(call),
    timeline: timelineOf(call),
    ...callPart(call),
    plan: newest(decisions, 'plan') ?? null,
    rating: call.rating ? ratingPart(call.rating) : null,
    usage: usagePart(newest(call.charges, 'usage')),
    ...evidencePart(decisions),
    postings: postingsOf(call.all),
    corrections: corrections
      .sort((a, b) => a.body.seq - b.body.seq)
      .map((entry) => correctionOf(entry, lots)),
    entries: call.all.map(({ body, hash, previous_hash }) => ({
      seq: body.seq,
      kind: body.kind,
      request_id: body.request_id,
      hash,
      previous_hash: previous_hash ?? null,
    })),
    hash: call.latest.hash,
  }
}

/** A move of nothing is bookkeeping: the reader sees it in the timeline only. */
const isVisible = ({ body }: JournalEntry): boolean =>
  body.kind !== 'reattribute' || body.postings.length > 0

/** Names of lots: from the reader, and from entries that restored one. */
function lotsOf(call: CallEntries, context: ReceiptContext): Lots {
  const restored = call.all.flatMap(({ body }) => body.restored_lots ?? [])
  return new Map([...restored, ...(context.lots ?? [])].map((lot) => [lot.id, lot]))
}

function callPart(call: CallEntries): Pick<Receipt, 'served' | 'call'> {
  const asked = newest(call.all, 'call')
  const served = newest(call.charges, 'served')
  const pair = (requested: string | null | undefined, actual: string | null | undefined) => ({
    requested: requested ?? null,
    served: actual ?? null,
  })
  return {
    served: {
      model: pair(asked?.model, served?.model),
      tier: pair(asked?.tier, served?.tier),
      speed: pair(asked?.speed, served?.speed),
      region: pair(asked?.region, served?.region),
    },
    call: {
      features: [...(asked?.features ?? [])],
      client: asked?.client ?? null,
      key_id: asked?.key_id ?? null,
      member_id: asked?.member_id ?? null,
      project_id: asked?.project_id ?? null,
      session_id: asked?.session_id ?? null,
      parent_call_id: asked?.parent_call_id ?? null,
      tags: [...(asked?.tags ?? [])],
      dialect: asked?.dialect ?? null,
      route: asked?.route ?? null,
    },
  }
}

/** Of the newest entry that had any, whether or not it still stands beside it. */
function evidencePart(
  decisions: readonly JournalEntry[],
): Pick<Receipt, 'evidence' | 'evidence_sha256' | 'evidence_removed_at'> {
  const own = decisions.findLast(
    ({ body }) => body.evidence !== undefined || body.evidence_sha256 !== undefined,
  )
  return {
    evidence: { ...own?.body.evidence },
    evidence_sha256: own?.body.evidence_sha256 ?? null,
    evidence_removed_at: own?.evidence_removed_at ?? null,
  }
}

function ratingPart(rating: RatingFacts): NonNullable<Receipt['rating']> {
  const priced = rating.status === 'priced' ? rating : undefined
  const unpriced = rating.status === 'unpriced' ? rating : undefined
  return {
    status: rating.status,
    book: priced?.book ?? null,
    model: priced?.model ?? null,
    model_rule: priced?.model_rule ?? null,
    band: priced?.band ?? null,
    flags: [...(priced?.flags ?? [])],
    reason: unpriced?.reason ?? null,
    missing: [...(unpriced?.missing ?? [])],
  }
}

function usagePart(usage: EntryBody['usage']): Receipt['usage'] {
  if (!usage) return null
  return {
    tokens: { ...usage.tokens },
    fees: { ...usage.fees },
    estimated: [...usage.estimated],
    flags: [...usage.flags],
  }
}
