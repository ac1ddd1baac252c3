import type { Static } from 'typebox'
import { explainBlock } from '../explain/block.ts'
import { fill, formatCount } from '../explain/format.ts'
import { nextCallSentence } from '../explain/index.ts'
import {
  capWithNumbers,
  date,
  list,
  lotName,
  money,
  type Place,
  placeOf,
  type Reader,
  say,
  word,
} from '../explain/place.ts'
import type { AnswerOf, Routes } from '../routes/index.ts'
import type { Problem } from '../schemas/problem.ts'
import type { accountTools } from './account-tools.ts'
import { MCP_WORDS } from './words.ts'

type ResultOf<Name extends keyof typeof accountTools> = Static<
  (typeof accountTools)[Name]['result']
>
type Answer<Id extends keyof Routes> = AnswerOf<Routes[Id]>
type State = Answer<'getState'>
type Estimate = Answer<'estimate'>

const wordsOf = ({ lang }: Place) => MCP_WORDS[lang]

const orNone = (place: Place, sentences: readonly string[]): string[] =>
  sentences.length === 0 ? [wordsOf(place).nothing] : [...sentences]

const withMore = (place: Place, sentences: readonly string[], cursor: string | null): string[] =>
  cursor === null ? orNone(place, sentences) : [...sentences, wordsOf(place).more]

/** "Can I go on, and what will it cost?" */
export const stateText = (state: State, reader: Reader): string[] => [
  nextCallSentence(state, reader),
]

/** Whether a call may go on, from which source, or which limit stops it. */
export function decisionText(answer: Estimate, reader: Reader): string[] {
  if (answer.block) return explainBlock(answer.block, reader)
  const place = placeOf(reader, answer)
  const words = wordsOf(place)
  if (answer.status === 'unpriced') return [unpriced(place, answer), words.nothingHeld]
  const tokens = formatCount(answer.max_output_tokens, reader.lang)
  return [
    answer.clamped ? say(words.clamped, { tokens }) : words.admitted,
    ...answer.funding
      .filter(({ drawn }) => drawn !== '0')
      .map((step) =>
        say(words.draws, { amount: money(place, step.drawn), source: source(place, step) }),
      ),
    words.nothingHeld,
  ]
}

/** What a call would cost. */
export function costText(answer: Estimate, reader: Reader): string[] {
  const place = placeOf(reader, answer)
  const words = wordsOf(place)
  const { low, expected, worst } = answer
  if (low === null || expected === null || worst === null)
    return [unpriced(place, answer), words.nothingHeld]
  const amounts = {
    low: money(place, low),
    expected: money(place, expected),
    worst: money(place, worst),
  }
  return [say(words.cost, amounts), words.nothingHeld]
}

const unpriced = (place: Place, { missing, model }: Estimate): string =>
  say(wordsOf(place).unpriced, { missing: list(place, missing.length > 0 ? missing : [model]) })

function source(place: Place, step: Estimate['funding'][number]): string {
  const { sources } = place.words
  if (step.class === 'overage') return sources.overage
  if (step.category !== undefined) return sources[step.category]
  return sources.included
}

export function lotsText(
  state: Pick<State, 'lots' | 'currency' | 'as_of'>,
  reader: Reader,
): string[] {
  const place = placeOf(reader, state)
  const words = wordsOf(place)
  const lines = state.lots.map((lot) => {
    const values = {
      lot: lotName(place, lot),
      left: money(place, lot.remaining),
      face: money(place, lot.face),
    }
    return lot.expires_at === null
      ? say(words.lotForEver, values)
      : say(words.lot, { ...values, date: date(place, lot.expires_at) })
  })
  return lines.length === 0 ? [words.noLots] : lines
}

export function capsText(
  state: Pick<State, 'caps' | 'currency' | 'as_of'>,
  reader: Reader,
): string[] {
  const place = placeOf(reader, state)
  const words = wordsOf(place)
  const lines = state.caps.map((cap) =>
    say(words.cap, {
      cap: capWithNumbers(place, cap),
      spent: money(place, cap.spent),
      held: money(place, cap.held),
      left: money(place, cap.left),
    }),
  )
  return lines.length === 0 ? [words.noCaps] : lines
}

export function callsText(answer: Answer<'listCalls'>, reader: Reader): string[] {
  const lines = answer.items.map((call) => {
    const place = placeOf(reader, { currency: call.currency, as_of: answer.as_of })
    return say(wordsOf(place).call, {
      date: date(place, call.event_at),
      model: call.served.model.served ?? call.served.model.requested ?? '?',
      verdict: word(place.words.verdicts, call.verdict.code) ?? call.verdict.code,
      total: call.amounts.total.amount === null ? '?' : money(place, call.amounts.total.amount),
      receipt_id: call.receipt_id,
    })
  })
  return withMore(placeOf(reader, { currency: null, as_of: null }), lines, answer.next_cursor)
}

export const alertsText = (answer: Answer<'listAlerts'>, reader: Reader): string[] =>
  withMore(
    placeOf(reader, { currency: null, as_of: null }),
    answer.items.flatMap(({ message }) => [message.title, ...message.lines]),
    answer.next_cursor,
  )

export function statementsText(answer: Answer<'listStatements'>, reader: Reader): string[] {
  const place = placeOf(reader, { currency: null, as_of: answer.as_of })
  const lines = answer.items.map(({ label, start, end }) =>
    say(wordsOf(place).statement, { label, from: date(place, start), to: date(place, end) }),
  )
  return withMore(place, lines, answer.next_cursor)
}

export function purchasesText(answer: Answer<'listPurchases'>, reader: Reader): string[] {
  const lines = answer.items.map((own) => {
    const place = placeOf(reader, { currency: own.currency, as_of: answer.as_of })
    return say(wordsOf(place).purchase, {
      date: date(place, own.created_at),
      total: money(place, own.total),
      face: money(place, own.face),
      payment_id: own.payment_id,
    })
  })
  return withMore(placeOf(reader, { currency: null, as_of: null }), lines, answer.next_cursor)
}

export function pricesText(result: ResultOf<'price_of_model'>, reader: Reader): string[] {
  const place = placeOf(reader, { currency: result.currency, as_of: null })
  const words = wordsOf(place)
  const lines = result.rows.map(({ kind, per_mtok, when }) => {
    const values = {
      kind: word(place.words.tokenKinds, kind) ?? kind,
      amount: money(place, per_mtok),
    }
    const parts = Object.entries(when ?? {}).map(([name, value]) => `${name} ${String(value)}`)
    return parts.length === 0
      ? say(words.price, values)
      : say(words.priceWhen, { ...values, when: list(place, parts) })
  })
  if (lines.length > 0) return lines
  return [say(words.noPrice, { book: result.price_book, model: result.model })]
}

export const noBookText = (currency: string, reader: Reader): string[] => [
  say(MCP_WORDS[reader.lang].noBook, { currency }),
]

export const notStoppedText = (reader: Reader): string[] => [MCP_WORDS[reader.lang].notStopped]

/** What went wrong, in the words of the API; a refusal in those of its block card. */
export function problemText(problem: Problem, reader: Reader): string[] {
  if (problem.block) return explainBlock(problem.block, reader)
  const faults = (problem.errors ?? []).map((fault) =>
    fill(MCP_WORDS[reader.lang].fault, { ...fault }),
  )
  return [problem.detail, ...faults]
}
