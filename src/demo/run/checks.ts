import type { CallResult } from '../replay/call.ts'
import { readAmount, sumOf, writeAmount } from './amounts.ts'
import { type AccountBooks, fundedBy, isRefused } from './books.ts'

/**
 * Adds up each account's receipts and compares the sums with what the API says elsewhere: the hourly
 * sums, the lots, the windows, the overage. Returns a sentence for each difference.
 */
export function differencesOf(books: readonly AccountBooks[]): string[] {
  return books.flatMap((account) => {
    const differences = [
      ...usageDifferences(account),
      lotDifference(account),
      overageDifference(account),
      ...windowDifferences(account),
      account.state.open_holds === 0 ? null : `${account.state.open_holds} calls are still held`,
      account.state.status === 'open' ? null : 'the account is parked',
    ]
    return differences.flatMap((text) => (text === null ? [] : [`${account.member.name}: ${text}`]))
  })
}

function compared(what: string, expected: bigint, found: bigint): string | null {
  if (expected === found) return null
  return `${what}: ${writeAmount(expected)} by receipts, ${writeAmount(found)} by the API`
}

function usageDifferences({ calls, usage }: AccountBooks): (string | null)[] {
  const funded = fundedBy(calls)
  return [
    compared('covered by plan', funded.covered, readAmount(usage.included)),
    compared('promotional', funded.promotional, readAmount(usage.promotional)),
    compared('paid', funded.paid, readAmount(usage.paid)),
    compared('overage', funded.overage, readAmount(usage.overage)),
    compared('absorbed', funded.absorbed, readAmount(usage.absorbed)),
  ]
}

function lotDifference({ calls, state, lots }: AccountBooks): string | null {
  const { promotional, paid } = fundedBy(calls)
  const remaining = sumOf(state.lots, (lot) => readAmount(lot.remaining))
  return compared('left in lots', lots.face - lots.expired - promotional - paid, remaining)
}

function overageDifference({ calls, state }: AccountBooks): string | null {
  return compared('owed as overage', fundedBy(calls).overage, readAmount(state.overage?.used))
}

/**
 * Every covered call draws from every window that names no model, so each has the whole sum: what fits,
 * and what calls that were let finish took beyond.
 */
function windowDifferences({ calls, state }: AccountBooks): (string | null)[] {
  const { covered } = fundedBy(calls)
  const first = calls.reduce((least, call) => Math.min(least, Date.parse(call.event_at)), Infinity)
  return state.windows.map((window) => {
    const whole = window.scope.models === undefined
    const sinceFirst = window.start === null || Date.parse(window.start) <= first
    return whole && sinceFirst
      ? compared(
          `used of the window ${window.id}`,
          covered,
          readAmount(window.used) + readAmount(window.overshoot),
        )
      : null
  })
}

/** Each call of the clients is one call of the books, whatever was sent twice. */
export function receiptDifferences(
  books: readonly AccountBooks[],
  results: readonly CallResult[],
): string[] {
  const known = new Set(books.flatMap(({ calls }) => calls.map((call) => call.receipt_id)))
  const seen = results.flatMap(({ receiptId }) => (receiptId === null ? [] : [receiptId]))
  const unknown = seen.filter((receipt) => !known.has(receipt))
  const shared = seen.length - new Set(seen).size
  return [
    ...(unknown.length > 0
      ? [
          `${unknown.length} receipts that clients have are not in the books, such as ${unknown[0]}.`,
        ]
      : []),
    ...(shared > 0 ? [`${shared} calls were taken for a repeat of another call.`] : []),
  ]
}

/** A refused call changes nothing. */
export function refusedAtACost(books: readonly AccountBooks[]): string[] {
  const costly = books
    .flatMap((account) => account.calls)
    .filter((call) => isRefused(call) && readAmount(call.amounts.total.amount) !== 0n)
  return costly.map((call) => `${call.receipt_id} was refused and yet has a total`)
}
