import type { EntryBody } from '../../core/ledger/entry.ts'

/**
 * What statements ask of a body that is in the archive: `coalesce(body, excerpt)` in each of them. Whatever
 * else they read of a call's end is null there, so that a test lists what they ask for.
 */
export function excerptOf(body: EntryBody): string {
  const { call, served, rating, outcome, refused, totals } = body
  return JSON.stringify({
    currency: body.currency,
    plan: body.plan,
    call: call && {
      call_id: call.call_id,
      model: call.model,
      key_id: call.key_id ?? undefined,
      member_id: call.member_id ?? undefined,
      features: call.features,
    },
    served: served?.model ? { model: served.model } : undefined,
    rating: rating && {
      status: rating.status,
      ...(rating.status === 'priced' && { model: rating.model, book: rating.book }),
    },
    outcome: outcome && { code: outcome.code },
    refused: refused && { code: refused.code },
    totals: totals && { money: totals.money, absorbed: totals.absorbed },
    absorbed_reason: body.absorbed_reason,
    evidence: evidenceOf(body),
  })
}

/** Bodies of earlier versions have the evidence inside: of it, what incidents look for. */
function evidenceOf({ evidence }: EntryBody): object | undefined {
  if (!evidence) return undefined
  return { upstream_status: evidence.upstream_status, in_band_error: evidence.in_band_error }
}
