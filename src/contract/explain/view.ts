import type { CapView } from '../../core/decisions/cap-view.ts'
import type { AccountView, LotView } from '../../core/decisions/view.ts'
import { formatNanos } from '../../core/money/index.ts'
import { freeOf, type NextCall, nextCall, type Stop } from './next-call.ts'
import {
  capName,
  capWithNumbers,
  date,
  list,
  lotName,
  money,
  type Place,
  placeOf,
  type Reader,
  reset,
  say,
  windowName,
  windowNames,
} from './place.ts'

/** "Can I go on, and what will it cost?" in one sentence. */
export function nextCallSentence(view: AccountView, reader: Reader): string {
  const place = placeOf(reader, view)
  const { next } = place.words
  const call = nextCall(view)
  switch (call.by) {
    case 'parked':
      return next.parked
    case 'lot':
      return within(place, lotSentence(place, call.lot), call.within)
    case 'windows':
      return windowsSentence(place, call)
    case 'overage':
      return within(
        place,
        say(next.overage, { left: money(place, call.left), limit: money(place, call.limit) }),
        call.within,
      )
    case 'stopped':
      return stoppedSentence(place, call.stop)
  }
}

function windowsSentence(
  place: Place,
  { windows, models }: Extract<NextCall, { readonly by: 'windows' }>,
): string {
  const { next } = place.words
  const names = windowNames(
    place,
    windows.map(({ id }) => id),
  )
  if (models === null) return say(next.covered, { windows: names })
  return say(next.coveredInScope, { models: list(place, models), windows: names })
}

function lotSentence(place: Place, lot: LotView): string {
  const { next } = place.words
  const values = { source: lotName(place, lot), left: money(place, formatNanos(freeOf(lot))) }
  if (lot.expires_at === null) return say(next[lot.category], values)
  const template = lot.category === 'paid' ? next.paidUntil : next.promotionalUntil
  return say(template, { ...values, date: date(place, lot.expires_at) })
}

/** What a cap leaves, where that is less than the source has: a dearer call is stopped by it. */
function within(place: Place, sentence: string, cap: CapView | null): string {
  if (cap === null) return sentence
  const values = { cap: capName(place, cap), left: money(place, cap.left) }
  const second = say(place.words.next.within, values)
  return place.lang === 'ja' ? `${sentence}${second}` : `${sentence} ${second}`
}

function stoppedSentence(place: Place, stop: Stop): string {
  const { next } = place.words
  switch (stop.reason) {
    case 'cap':
      return say(next.stoppedCap, { cap: capWithNumbers(place, stop.cap) })
    case 'window':
    case 'held':
      return say(stop.reason === 'window' ? next.stoppedWindow : next.stoppedHeld, {
        window: windowName(place, stop.window.id),
        when: reset(place, stop.resets_at),
      })
    case 'paid_use_off':
      return next.stoppedPaidUseOff
    case 'funds':
      return next.stoppedFunds
  }
}
