import { readNanos, ZERO } from '../../core/money/index.ts'
import type { Attempt, Receipt } from '../receipt/schema.ts'
import { formatSum } from './format.ts'
import { list, money, type Place, say, windowNames, word } from './place.ts'
import type { Share } from './words.ts'

/** What happened to the call, as a clause. */
function outcomeClause(place: Place, code: string | null): string {
  const { words } = place
  if (code === null) return words.outcomes.succeeded
  return word(words.outcomes, code) ?? say(words.unknownOutcome, { code })
}

export function refusalSentence(place: Place, code: string | null): string {
  const { words } = place
  return (code && word(words.refusals, code)) || say(words.unknownCode, { code: code ?? '' })
}

function unpricedSentence(place: Place, receipt: Receipt): string {
  const { rating } = receipt
  const reason = rating?.reason ?? 'no_price_book'
  const template = word(place.words.unpriced, reason) ?? place.words.unpriced.no_price_book
  const missing = rating?.missing.length ? rating.missing : [receipt.served.model.requested ?? '']
  return say(template, { missing: list(place, missing) })
}

/** Who carries which part of the total. The parts add up to it, as shown and exactly. */
function shareParts(receipt: Receipt): (readonly [Share, string])[] {
  const { amounts } = receipt
  const parts: readonly (readonly [Share, string | null])[] = [
    ['covered_by_plan', amounts.covered_by_plan.amount],
    ['promotional', amounts.credit.promotional.amount],
    ['paid', amounts.credit.paid.amount],
    ['overage', amounts.overage.amount],
    ['absorbed', amounts.absorbed.amount],
    ['refunded', amounts.refunded.amount],
    ['returned_to_plan', amounts.returned_to_plan.amount],
    ['reversed', amounts.reversed.amount],
  ]
  return parts.flatMap(([share, amount]) =>
    amount !== null && readNanos(amount) !== ZERO ? [[share, amount] as const] : [],
  )
}

function totalAndShares(place: Place, receipt: Receipt): { total: string; shares: string } {
  const parts = shareParts(receipt)
  const total = receipt.amounts.total.amount ?? '0'
  if (parts.length === 0) return { total: money(place, total), shares: place.words.receipt.noShare }
  const figures = formatSum(
    total,
    parts.map(([, amount]) => amount),
    place,
  )
  const shares = parts.map(([share], index) =>
    say(place.words.shares[share], { amount: figures.parts[index] ?? '' }),
  )
  return { total: figures.total, shares: list(place, shares) }
}

const drawnWindows = (receipt: Receipt): string[] => receipt.windows.map(({ id }) => id)

/** The whole story in one breath: what it cost, who carried it, or that nothing was charged. */
export function headline(place: Place, receipt: Receipt): string {
  const { verdict } = receipt
  const { headlines, usageDoubtful } = place.words
  // something was reported, and it was not taken
  const isDoubtful = verdict.code === 'usage_missing' && receipt.usage !== null
  return say(isDoubtful ? usageDoubtful : headlines[verdict.code], {
    ...totalAndShares(place, receipt),
    windows: windowNames(place, drawnWindows(receipt)),
    why: outcomeClause(place, verdict.outcome),
    refusal: refusalSentence(place, verdict.refusal),
    unpriced: unpricedSentence(place, receipt),
  })
}

/** Attempts other than the one that the headline speaks of. */
export function attemptSentences(place: Place, receipt: Receipt): string[] {
  const told = receipt.attempts.at(-1)
  return receipt.attempts
    .filter((attempt) => attempt !== told && attempt.state !== 'settled')
    .map((attempt) => attemptSentence(place, attempt))
}

function attemptSentence(place: Place, { attempt, state, outcome, refusal }: Attempt): string {
  const { receipt } = place.words
  if (state === 'refused') {
    const code = refusal?.code ?? null
    return say(receipt.attemptRefused, { attempt, refusal: refusalSentence(place, code) })
  }
  if (state === 'expired') return say(receipt.attemptExpired, { attempt })
  return say(receipt.attemptFailed, { attempt, why: outcomeClause(place, outcome) })
}

/** Why the platform carries a part, where it does. */
export function absorbedSentences(place: Place, receipt: Receipt): string[] {
  const amount = receipt.amounts.absorbed.amount
  if (amount === null || readNanos(amount) === ZERO) return []
  const { absorbed } = place.words
  const reason = receipt.verdict.absorbed_reason ?? 'other'
  return [say(word(absorbed, reason) ?? absorbed.other, { amount: money(place, amount) })]
}
