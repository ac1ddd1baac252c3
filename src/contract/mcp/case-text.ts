import type { Static } from 'typebox'
import { date, list, money, placeOf, type Reader, say } from '../explain/place.ts'
import type { AnswerOf, BodyOf, Routes } from '../routes/index.ts'
import type { CaseListedSchema } from '../schemas/cases.ts'
import type { DisputeListedSchema } from '../schemas/disputes.ts'
import { CASE_TOOL_WORDS } from './case-words.ts'
import { MCP_WORDS } from './words.ts'

type Answer<Id extends keyof Routes> = AnswerOf<Routes[Id]>
type Listed = Static<typeof DisputeListedSchema>
type DeskListed = Static<typeof CaseListedSchema>

interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor: string | null
  readonly as_of: string
}

const listed = (lines: readonly string[], cursor: string | null, reader: Reader): string[] => {
  const { more, nothing } = MCP_WORDS[reader.lang]
  if (cursor !== null) return [...lines, more]
  return lines.length === 0 ? [nothing] : [...lines]
}

/** What somebody agrees to who objects to a charge. */
export function disputeSentence(
  { about, words, wants }: BodyOf<Routes['openDispute']>,
  asOf: string,
  reader: Reader,
): string {
  const place = placeOf(reader, { currency: null, as_of: asOf })
  const own = CASE_TOOL_WORDS[reader.lang]
  const what =
    'calls' in about
      ? say(own.calls, { calls: list(place, about.calls) })
      : 'period' in about
        ? say(own.period, {
            from: date(place, about.period.from),
            until: date(place, about.period.until),
          })
        : say(own.purchase, about)
  const first = say(own.objects, { about: what, words })
  if (wants === undefined) return first
  return `${first}${reader.lang === 'ja' ? '' : ' '}${say(own.wants, { wants })}`
}

/** What somebody agrees to who asks for a person. */
export function personSentence(
  { words, case_id }: BodyOf<Routes['askForPerson']>,
  reader: Reader,
): string {
  const own = CASE_TOOL_WORDS[reader.lang]
  return case_id === undefined ? say(own.asks, { words }) : say(own.asksIn, { words, case_id })
}

function standing(own: Listed, asOf: string, reader: Reader): string {
  const words = CASE_TOOL_WORDS[reader.lang]
  const values = { case_id: own.case_id, state: words.states[own.state] }
  if (own.due_at === null) return say(words.stands, values)
  const place = placeOf(reader, { currency: own.currency, as_of: asOf })
  return say(words.standsUntil, { ...values, date: date(place, own.due_at) })
}

/** Cases of the account's own, one line each. */
export const myCasesText = (page: Page<Listed>, reader: Reader): string[] =>
  listed(
    page.items.map((own) => standing(own, page.as_of, reader)),
    page.next_cursor,
    reader,
  )

/** Where a case stands: what was found, what is offered, the letter, and what was written. */
export function myCaseText(own: Answer<'getDispute'>, reader: Reader): string[] {
  const place = placeOf(reader, { currency: own.currency, as_of: own.as_of })
  const words = CASE_TOOL_WORDS[reader.lang]
  return [
    standing(own, own.as_of, reader),
    ...own.findings.map(({ sentence }) => sentence),
    ...(own.offer ? [say(words.offered, { amount: money(place, own.offer.total) })] : []),
    ...own.letter,
    ...own.messages.map(({ at, from, words: said }) =>
      say(from === 'account' ? words.wroteAccount : words.wroteSupport, {
        date: date(place, at),
        words: said,
      }),
    ),
  ]
}

function deskStanding(own: DeskListed, asOf: string, reader: Reader): string {
  const words = CASE_TOOL_WORDS[reader.lang]
  const { case_id, account_id: account, subject } = own
  const state = words.states[own.state]
  const values = { case_id, account: account ?? words.noAccount, subject, state }
  if (own.due_at === null) return say(words.desk, values)
  const place = placeOf(reader, { currency: own.currency, as_of: asOf })
  return say(words.deskUntil, { ...values, date: date(place, own.due_at) })
}

/** Cases of all accounts, as whoever works on them lists them. */
export const deskCasesText = (page: Page<DeskListed>, reader: Reader): string[] =>
  listed(
    page.items.map((own) => deskStanding(own, page.as_of, reader)),
    page.next_cursor,
    reader,
  )

/** A case with its steps, as whoever works on it sees it. */
export function deskCaseText(own: Answer<'getCase'>, reader: Reader): string[] {
  const place = placeOf(reader, { currency: own.currency, as_of: own.as_of })
  const words = CASE_TOOL_WORDS[reader.lang]
  return [
    deskStanding(own, own.as_of, reader),
    ...own.events.map(({ at, kind, actor, words: said }) => {
      const values = { date: date(place, at), kind, actor: actor.id }
      return said === null
        ? say(words.step, values)
        : say(words.stepSaid, { ...values, words: said })
    }),
  ]
}
