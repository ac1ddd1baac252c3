import { buildReceipt, type JournalEntry, type Receipt } from '../../contract/receipt/index.ts'
import { readNanos } from '../../core/money/index.ts'
import { TOKEN_KINDS } from '../../core/usage/usage.ts'
import { END_KINDS } from '../reads/calls.ts'
import type { CallFact } from './columns.ts'

/**
 * The fact of a call, read off the receipt of its entries, so that no sum can say what no receipt says.
 * `null`: nothing has ended yet, and there is no receipt.
 */
export function factOf(entries: readonly JournalEntry[], currency: string): CallFact | null {
  const end = entries.findLast(({ body }) => END_KINDS.some((kind) => kind === body.kind))
  if (!end || !entries.some(({ body }) => body.call)) return null
  const receipt = buildReceipt(entries, { currency })
  return {
    account_id: receipt.account_id,
    call_id: receipt.call_id,
    event_at: receipt.event_at,
    ended_at: end.body.at,
    end_seq: end.body.seq,
    seq: receipt.seq,
    attempts: Math.max(1, receipt.attempts.length),
    is_estimated: receipt.amounts.total.basis === 'estimate',
    has_several_members: hasSeveralMembers(entries),
    ...belonging(receipt),
    ...amounts(receipt),
    ...kinds(receipt),
  } as CallFact
}

const hasSeveralMembers = (entries: readonly JournalEntry[]): boolean =>
  new Set(entries.flatMap(({ body }) => (body.call ? [body.call.member_id] : []))).size > 1

function belonging({ served, status, verdict, call }: Receipt) {
  const { key_id, member_id, project_id, session_id, parent_call_id, client, tags } = call
  return {
    model: served.model.served ?? served.model.requested ?? '',
    model_requested: served.model.requested,
    status,
    verdict: verdict.code,
    outcome: verdict.outcome,
    ...{ key_id, member_id, project_id, session_id, parent_call_id, client },
    tags: tags.length === 0 ? null : tags,
  }
}

const nanosOf = (amount: string | null): string | null =>
  amount === null ? null : readNanos(amount).toString()

function amounts({ amounts: own }: Receipt) {
  return {
    list_price: nanosOf(own.total.amount),
    promotional: nanosOf(own.credit.promotional.amount),
    paid: nanosOf(own.credit.paid.amount),
    overage: nanosOf(own.overage.amount),
    included: nanosOf(own.covered_by_plan.amount),
    absorbed: nanosOf(own.absorbed.amount),
    refunded: nanosOf(own.refunded.amount),
    returned_to_plan: nanosOf(own.returned_to_plan.amount),
    reversed: nanosOf(own.reversed.amount),
  }
}

/** Tokens by kind, and the list price by kind; what no kind of token has is `other`. */
function kinds(receipt: Receipt) {
  const counted = receipt.usage?.tokens ?? {}
  const priced = new Map<string, bigint>()
  for (const { kind, amount, type } of receipt.lines)
    if (type === 'usage' && kind !== undefined)
      priced.set(kind, (priced.get(kind) ?? 0n) + readNanos(amount))
  const { amount } = receipt.amounts.total
  const total = amount === null ? null : BigInt(readNanos(amount))
  const own: Record<string, number | string | null> = { tokens: 0 }
  let ofKinds = 0n
  for (const kind of TOKEN_KINDS) {
    const tokens = counted[kind] ?? 0
    const price = total === null ? 0n : (priced.get(kind) ?? 0n)
    ofKinds += price
    own.tokens = Number(own.tokens) + tokens
    own[`tokens_${kind}`] = tokens === 0 ? null : tokens
    own[`price_${kind}`] = price === 0n ? null : price.toString()
  }
  const other = (total ?? 0n) - ofKinds
  own.price_other = other === 0n ? null : other.toString()
  return own
}
