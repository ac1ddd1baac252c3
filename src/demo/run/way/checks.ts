import type { EntryAnswer } from '../../../client/index.ts'
import type { CallResult } from '../../replay/call.ts'
import { readAmount, sumOf, writeAmount } from '../amounts.ts'
import { type AccountBooks, fundedBy } from '../books.ts'
import { drawnBy, PLAN } from './journal.ts'
import { refusalSentence } from './refusal.ts'

/**
 * The account's journal against its receipts and its balances, source by source: what receipts say is what
 * entries took from each source, and what is left in each lot is the sum of its postings.
 */
export function wayDifferences(account: AccountBooks, journal: readonly EntryAnswer[]): string[] {
  const ofCalls = drawnInAll(journal.filter(({ call }) => call !== undefined))
  const inAll = drawnInAll(journal)
  const funded = fundedBy(account.calls)
  const ofLots = (category: 'paid' | 'promotional'): bigint =>
    sumOf(
      account.state.lots.filter((lot) => lot.category === category),
      ({ id }) => ofCalls.get(id) ?? 0n,
    )
  return [
    ...differ('covered by plan', funded.covered, ofCalls.get(PLAN) ?? 0n),
    ...differ('drawn from promotional lots', funded.promotional, ofLots('promotional')),
    ...differ('drawn from paid lots', funded.paid, ofLots('paid')),
    ...account.state.lots.flatMap(({ id, name, remaining }) =>
      differ(`left of “${name}”`, -(inAll.get(id) ?? 0n), readAmount(remaining)),
    ),
    ...journal.flatMap(({ refused, postings, seq }) =>
      refused && postings.length > 0 ? [`entry ${seq} is a refusal and moves money`] : [],
    ),
  ].map((text) => `${account.member.name}: ${text}`)
}

const differ = (what: string, wanted: bigint, found: bigint): string[] =>
  wanted === found
    ? []
    : [`${what}: ${writeAmount(wanted)} and ${writeAmount(found)} by the journal differ`]

function drawnInAll(journal: readonly EntryAnswer[]): Map<string, bigint> {
  const drawn = new Map<string, bigint>()
  for (const entry of journal)
    for (const [source, amount] of drawnBy(entry))
      drawn.set(source, (drawn.get(source) ?? 0n) + amount)
  return drawn
}

/** What clients were told when they were refused is, to the letter, what the journal says. */
export function toldOtherwise(
  journal: readonly EntryAnswer[],
  results: readonly Pick<CallResult, 'ending' | 'receiptId' | 'message'>[],
): string[] {
  const sentences = new Map(
    journal.flatMap((entry) => {
      const sentence = refusalSentence(entry)
      return sentence === null ? [] : [[entry.receipt_id, sentence] as const]
    }),
  )
  return results.flatMap(({ ending, receiptId, message }) =>
    ending !== 'refused' || receiptId === null || sentences.get(receiptId) === message
      ? []
      : [`${receiptId} was told: ${message}. The journal says: ${sentences.get(receiptId)}`],
  )
}
