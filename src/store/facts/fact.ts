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
    model: cutName(served.model.served ?? served.model.requested ?? ''),
    model_requested: served.model.requested,
    status,
    verdict: verdict.code,
    outcome: verdict.outcome,
    ...{ key_id, member_id, project_id, session_id, parent_call_id, client },
    tags: tags.length === 0 ? null : Object.fromEntries(tags.map(cutTag)),
  }
}

/** An upstream may name what it served as it likes; a key of the index has room for so much beside all else. */
const NAME_LENGTH_MAX = 200

export const cutName = (name: string): string =>
  name.length > NAME_LENGTH_MAX ? [...name].slice(0, NAME_LENGTH_MAX).join('') : name

/** `team:search` → `team` and `search`. */
export const cutTag = (tag: string): readonly [key: string, value: string] => {
  const colon = tag.indexOf(':')
  return [tag.slice(0, colon), tag.slice(colon + 1)]
}

const nanosOf = (amount: string | null): string | null =>
  amount === null ? null : readNanos(amount).toString()

/** Nothing is null. */
const partOf = (amount: string | null): string | null => {
  const nanos = nanosOf(amount)
  return nanos === '0' ? null : nanos
}

function amounts({ amounts: own }: Receipt) {
  return {
    list_price: nanosOf(own.total.amount),
    promotional: partOf(own.credit.promotional.amount),
    paid: partOf(own.credit.paid.amount),
    overage: partOf(own.overage.amount),
    included: partOf(own.covered_by_plan.amount),
    absorbed: partOf(own.absorbed.amount),
    refunded: partOf(own.refunded.amount),
    returned_to_plan: partOf(own.returned_to_plan.amount),
    reversed: partOf(own.reversed.amount),
  }
}

/** Tokens by kind, and the list price by kind; what no kind of token has is `other`. */
function kinds(receipt: Receipt) {
  const { amount } = receipt.amounts.total
  const total: bigint = amount === null ? 0n : readNanos(amount)
  const priced = amount === null ? new Map<string, bigint>() : pricesByKind(receipt.lines)
  const counted = receipt.usage?.tokens ?? {}
  const own: Record<string, number | string | null> = {}
  for (const kind of TOKEN_KINDS) {
    own[`tokens_${kind}`] = counted[kind] || null
    own[`price_${kind}`] = priced.get(kind)?.toString() ?? null
  }
  const ofKinds = [...priced.values()].reduce((sum, price) => sum + price, 0n)
  own.price_other = total === ofKinds ? null : (total - ofKinds).toString()
  own.tokens = TOKEN_KINDS.reduce((sum, kind) => sum + (counted[kind] ?? 0), 0)
  return own
}

function pricesByKind(lines: Receipt['lines']): Map<string, bigint> {
  const priced = new Map<string, bigint>()
  for (const { kind, amount, type } of lines) {
    if (type !== 'usage' || !TOKEN_KINDS.some((own) => own === kind)) continue
    priced.set(kind!, (priced.get(kind!) ?? 0n) + readNanos(amount))
  }
  return priced
}
