import { date, money, type Place, say } from '../explain/place.ts'
import type { AlertWords, Facts, Told } from './words.ts'

/** What went wrong, what was given back, and what can be claimed until when. */
export function aboutIncident(
  place: Place,
  { titles, lines }: AlertWords,
  facts: Facts<'incident_remedied'>,
): Told {
  const { credit } = facts
  const isNothing = facts.money === '0' && facts.included === '0'
  const given = [
    facts.money === '0'
      ? []
      : [say(lines.givenBack, { calls: facts.calls, amount: money(place, facts.money) })],
    facts.included === '0'
      ? []
      : [say(lines.givenToPlan, { amount: money(place, facts.included) })],
    isNothing && !credit ? [lines.nothingToGive] : [],
  ]
  const offered = credit
    ? [
        say(lines.goodwill, {
          amount: money(place, credit.amount),
          when: date(place, credit.claim_until),
        }),
        say(lines.goodwillEnds, { days: credit.expires_after_days }),
      ]
    : []
  return {
    title: say(titles.incident_remedied, { name: facts.name[place.lang] }),
    lines: [
      say(lines.happened, { words: facts.happened[place.lang] }),
      ...given.flat(),
      ...offered,
    ],
    next: credit ? 'goodwill' : 'incident',
  }
}
