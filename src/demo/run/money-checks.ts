import type { EntryAnswer } from '../../client/index.ts'
import { readAmount, sumOf, writeAmount } from './amounts.ts'
import { type AccountBooks, fundedBy, type Purchase } from './books.ts'

const CLEARING = 'house:processor_clearing'
const DAY_MS = 86_400_000
/** A billing cycle is a month: whatever is older than this belongs to an earlier one. */
const CYCLE_MAX_MS = 31 * DAY_MS

/**
 * What was bought, and what caps and limits say, against one another: a purchase is its lot and its tax,
 * reloads stay within what was agreed to, and nothing is spent beyond a cap. A sentence for each difference.
 */
export function moneyDifferences(books: readonly AccountBooks[]): string[] {
  return books.flatMap((account) => {
    const differences = [
      ...purchaseDifferences(account),
      ...reloadDifferences(account),
      ...capDifferences(account),
    ]
    return differences.map((text) => `${account.member.name}: ${text}`)
  })
}

const differ = (what: string, wanted: bigint, found: bigint): string[] =>
  wanted === found ? [] : [`${what}: ${writeAmount(wanted)} and ${writeAmount(found)} differ`]

const postedTo = (entry: EntryAnswer, account: string): bigint =>
  sumOf(entry.postings, ([name, , amount]) => (name === account ? readAmount(amount) : 0n))

function purchaseDifferences({ purchases, topUps }: AccountBooks): string[] {
  return purchases.flatMap((purchase) => {
    const { payment_id, status } = purchase
    const [entry, ...more] = topUps.filter(({ payment }) => payment?.payment_id === payment_id)
    const found = entry === undefined ? 0 : 1 + more.length
    const wanted = status === 'credited' ? 1 : 0
    if (found !== wanted) return [`${payment_id} is ${status}, and ${found} lots were made of it`]
    return entry === undefined ? [] : creditDifferences(purchase, entry)
  })
}

function creditDifferences(purchase: Purchase, entry: EntryAnswer): string[] {
  const { payment_id: id, price, tax, total, face } = purchase
  const [net, taxed, charged] = [readAmount(price), readAmount(tax), readAmount(total)]
  return [
    ...differ(`${id}, price and tax to what was charged`, net + taxed, charged),
    ...differ(`${id}, the lot`, readAmount(face), readAmount(entry.lot?.face)),
    ...differ(`${id}, tax`, taxed, postedTo(entry, 'house:tax_payable')),
    ...differ(`${id}, owed by the processor`, charged, -postedTo(entry, CLEARING)),
  ]
}

function reloadDifferences({ purchases, reload }: AccountBooks): string[] {
  if (reload === null) return []
  const since = (from: string): bigint =>
    sumOf(
      purchases.filter(
        ({ kind, status, created_at }) =>
          kind === 'auto_reload' && status === 'credited' && created_at >= from,
      ),
      ({ total }) => readAmount(total),
    )
  const day = since(`${reload.as_of.slice(0, 10)}T00:00:00.000Z`)
  const month = since(`${reload.as_of.slice(0, 7)}-01T00:00:00.000Z`)
  const { terms } = reload
  return [
    ...differ('reloads of this month', month, readAmount(reload.charged_this_month)),
    ...(terms && day > readAmount(terms.max_per_day) ? ['reloads beyond the limit of a day'] : []),
    ...(terms && month > readAmount(terms.max_per_month)
      ? ['reloads beyond the limit of a month']
      : []),
  ]
}

function capDifferences({ calls, state }: AccountBooks): string[] {
  const first = calls.reduce((least, call) => Math.min(least, Date.parse(call.event_at)), Infinity)
  const { paid, overage } = fundedBy(calls)
  return state.caps.flatMap((cap) => {
    const [spent, most] = [readAmount(cap.spent), readAmount(cap.amount)]
    const isWhole =
      cap.scope === 'account' &&
      cap.counts === 'paid' &&
      cap.resets_at !== null &&
      Date.parse(cap.resets_at) - first <= CYCLE_MAX_MS
    return [
      ...(spent > most ? [`${cap.amount} is the cap ${cap.id}, and ${cap.spent} is spent`] : []),
      ...(isWhole ? differ(`spent under the cap ${cap.id}`, paid + overage, spent) : []),
    ]
  })
}
