import type { SourceChange } from '../../core/decisions/past-view.ts'
import {
  date,
  fill,
  formatCount,
  inEach,
  money,
  type Place,
  placeOf,
  type Said,
  say,
  windowName,
} from './reader.ts'
import { TIMELINE_WORDS } from './words.ts'

interface Moment {
  readonly at: string
  readonly seq: number
  readonly plan: string
  readonly paid_use: boolean
  readonly in_flight: { readonly calls: number; readonly complete: boolean }
}

interface Told {
  readonly currency: string
  readonly timeZone: string
}

/** A moment in one sentence. */
export const momentSentence = (moment: Moment, { currency, timeZone }: Told): Said =>
  inEach(timeZone, (reader) => {
    const { lang } = reader
    const place = placeOf(reader, { currency, as_of: moment.at })
    const { past } = TIMELINE_WORDS[lang]
    const { calls, complete } = moment.in_flight
    const inFlight = complete ? past.inFlight : past.inFlightAtLeast
    return say(past.moment, {
      date: date(place, moment.at),
      seq: moment.seq,
      plan: moment.plan,
      paid_use: moment.paid_use ? past.paidUseOn : past.paidUseOff,
      in_flight: fill(inFlight, { count: formatCount(calls, lang) }),
    })
  })

/** What one source did between two moments. */
export const changeSentence = (change: SourceChange, { currency, timeZone }: Told): Said =>
  inEach(timeZone, (reader) => {
    const place = placeOf(reader, { currency, as_of: null })
    const words = TIMELINE_WORDS[reader.lang].past
    return say(change.restarted ? words.restarted : words[change.figure], {
      source: sourceName(place, change),
      before: money(place, change.before),
      after: money(place, change.after),
    })
  })

function sourceName(place: Place, { source, id, name }: SourceChange): string {
  const words = TIMELINE_WORDS[place.lang].past
  switch (source) {
    case 'window':
      return windowName(place, id)
    case 'lot':
      return fill(place.words.sources.lot, { name: name ?? id })
    case 'overage':
      return place.words.sources.overage
    case 'cap':
      return fill(words.cap, { id })
  }
}
