import type { Static } from 'typebox'
import { date, money, placeOf, type Reader, say } from '../explain/place.ts'
import { ruleSentence } from '../explain/rule-words.ts'
import type { AnswerOf, Routes } from '../routes/index.ts'
import type { FindingSchema } from '../schemas/findings.ts'
import { MCP_WORDS } from './words.ts'

type Answer<Id extends keyof Routes> = AnswerOf<Routes[Id]>

const listed = (sentences: readonly string[], cursor: string | null, reader: Reader): string[] => {
  const words = MCP_WORDS[reader.lang]
  if (cursor !== null) return [...sentences, words.more]
  return sentences.length === 0 ? [words.nothing] : [...sentences]
}

/** Each line with its time. */
export function timelineText(page: Answer<'getTimeline'>, reader: Reader): string[] {
  const place = placeOf(reader, { currency: null, as_of: page.as_of })
  const lines = page.items.map(({ at, sentence }) =>
    say(MCP_WORDS[reader.lang].happened, { date: date(place, at), what: sentence[reader.lang] }),
  )
  return listed(lines, page.next_cursor, reader)
}

export const stateAtText = (answer: Answer<'getStateAt'>, reader: Reader): string[] => [
  answer.sentence[reader.lang],
  ...(answer.compare?.changes ?? []).map(({ sentence }) => sentence[reader.lang]),
]

/** What was wrong, by how much, and whether it was given back. */
export function findingsText(
  page: {
    readonly items: readonly Static<typeof FindingSchema>[]
    readonly next_cursor: string | null
    readonly as_of: string
  },
  reader: Reader,
): string[] {
  const words = MCP_WORDS[reader.lang]
  const lines = page.items.map((own) => {
    const place = placeOf(reader, { currency: own.currency, as_of: page.as_of })
    return say(own.status === 'remedied' ? words.findingRemedied : words.finding, {
      date: date(place, own.at),
      what: ruleSentence(own.rule, reader.lang),
      amount: money(place, own.difference),
      key: own.finding_key,
    })
  })
  return listed(lines, page.next_cursor, reader)
}
