import { readNanos, ZERO } from '../../core/money/index.ts'
import { ruleSentence } from '../explain/rule-words.ts'
import { explainTransition } from '../explain/subscription.ts'
import { receiptId } from '../receipt/receipt-id.ts'
import type { TimelineKind } from './codes.ts'
import type { Happening, SettingFacts, SingleFacts } from './happening.ts'
import {
  capAmount,
  capName,
  date,
  fill,
  formatCount,
  formatSum,
  inEach,
  list,
  lotName,
  money,
  type Place,
  placeOf,
  type Said,
  say,
  word,
} from './reader.ts'
import { type Group, type RunFacts, runFacts, totalOf } from './runs.ts'
import { TIMELINE_WORDS } from './words.ts'

/** A line of the timeline: figures, codes, and one sentence of them. */
export interface TimelineItem {
  readonly kind: TimelineKind
  readonly code: string
  /** Of the first and of the last that it tells. */
  readonly from: string
  readonly at: string
  /** `null`: it stands beside the journal. */
  readonly seq: { readonly first: number; readonly last: number } | null
  readonly run: RunFacts | null
  readonly facts: SingleFacts | null
  /** Of a line that tells one call. */
  readonly receipt_id: string | null
  readonly sentence: Said
}

/** Tells a group in figures and in each language. */
export function itemOf(
  group: Group,
  { currency, timeZone }: { readonly currency: string; readonly timeZone: string },
): TimelineItem {
  const [first] = group
  const last = group.at(-1)!
  const run = first.run && runFacts(group)
  const callIds = new Set(group.flatMap(({ run: part }) => part?.callId ?? []))
  const [callId] = callIds
  return {
    kind: first.kind,
    code: run ? first.kind : first.code,
    from: first.at,
    at: last.at,
    seq: first.seq === null || last.seq === null ? null : { first: first.seq, last: last.seq },
    run,
    facts: first.single?.facts ?? null,
    receipt_id: callIds.size === 1 && callId !== undefined ? receiptId(callId) : null,
    sentence: inEach(timeZone, (reader) => {
      const place = placeOf(reader, { currency, as_of: last.at })
      return run ? runSentence(place, first.kind, run) : singleSentence(place, first)
    }),
  }
}

const join = (place: Place, sentences: readonly string[]): string =>
  sentences.join(place.lang === 'ja' ? '' : ' ')

function runSentence(place: Place, kind: TimelineKind, run: RunFacts): string {
  const words = TIMELINE_WORDS[place.lang].run
  const calls = counted(place, 'call', run.count)
  if (kind === 'blocks') {
    const refusal = refusalOf(place, run.refusal ?? '')
    return say(words.blocks, { calls, refusal })
  }
  if (kind === 'moves')
    return say(words.moves, { calls, total: money(place, run.amounts.included) })
  const models = modelNames(place, run)
  const attempts = counted(place, 'attempt', run.failed)
  const later = counted(place, 'call', run.completed)
  const { total, shares } = sharesOf(place, run)
  const free = readNanos(totalOf(run.amounts)) === ZERO
  return join(place, [
    ...(run.count === 0 && free
      ? []
      : [say(free ? words.callsFree : words.calls, { calls, models, total, shares })]),
    ...(run.failed === 0 ? [] : [say(words.failed, { attempts })]),
    ...(run.completed === 0 ? [] : [say(words.completed, { calls: later })]),
  ])
}

export function counted(place: Place, what: 'call' | 'attempt', count: number): string {
  const [one, many] = TIMELINE_WORDS[place.lang].counted[what]
  return fill(count === 1 ? one : many, { count: formatCount(count, place.lang) })
}

function modelNames(place: Place, run: RunFacts): string {
  const others = TIMELINE_WORDS[place.lang].run.others
  return list(place, [
    ...run.models.map(({ model }) => model),
    ...(run.other_models === 0
      ? []
      : [fill(others, { count: formatCount(run.other_models, place.lang) })]),
  ])
}

const SHARES = [
  ['covered_by_plan', 'included'],
  ['promotional', 'promotional'],
  ['paid', 'paid'],
  ['overage', 'overage'],
  ['absorbed', 'absorbed'],
] as const

export function sharesOf(
  place: Place,
  { amounts }: Pick<RunFacts, 'amounts'>,
): { total: string; shares: string } {
  const parts = SHARES.filter(([, name]) => readNanos(amounts[name]) !== ZERO)
  const figures = formatSum(
    totalOf(amounts),
    parts.map(([, name]) => amounts[name]),
    place,
  )
  const shares = parts.map(([share], index) =>
    say(place.words.shares[share], { amount: figures.parts[index] ?? '' }),
  )
  return { total: figures.total, shares: list(place, shares) }
}

export const refusalOf = (place: Place, code: string): string =>
  word(place.words.refusals, code) ?? say(place.words.unknownCode, { code })

function singleSentence(place: Place, own: Happening): string {
  const { single, entry } = own
  if (!single) throw new Error(`nothing is told of ${own.code}`)
  const { code, facts } = single
  switch (code) {
    case 'change_subscription':
    case 'cancel_subscription':
    case 'renew_subscription':
    case 'lapse_subscription':
      return transitionSentence(place, entry!)
    case 'set_controls':
      return settingsSentence(place, facts.settings ?? [])
    default: {
      const words = TIMELINE_WORDS[place.lang]
      return join(place, [
        say(words.singles[code], {
          ...valuesOf(place, facts),
          title: own.title?.[place.lang] ?? '',
        }),
        ...(facts.lot_id && facts.expires_at && code !== 'expire_lot'
          ? [say(words.expires, { expires_at: date(place, facts.expires_at) })]
          : []),
        ...(facts.reason === undefined ? [] : [reasonOf(place, facts.reason)]),
      ])
    }
  }
}

/** Of the audit's refunds the reason is its rule. */
function reasonOf(place: Place, reason: string): string {
  const told = ruleSentence(reason, place.lang)
  return told === reason ? say(TIMELINE_WORDS[place.lang].reason, { reason }) : told
}

function transitionSentence(place: Place, entry: NonNullable<Happening['entry']>): string {
  const { transition, fee, currency, at } = entry
  const labels = place.words.entryKinds
  if (!transition || !fee) return say(labels[entry.kind])
  const reading = { lang: place.lang, timeZone: place.timeZone, currency, now: at }
  const [first] = explainTransition({ transition, fee }, reading)
  return first ?? say(labels[entry.kind])
}

function settingsSentence(place: Place, settings: readonly SettingFacts[]): string {
  const words = TIMELINE_WORDS[place.lang].settings
  if (settings.length === 0) return say(words.same)
  return join(
    place,
    settings.map((own) => {
      if (own.code === 'cap')
        return say(words.cap, { cap: capName(place, own), amount: capAmount(place, own) })
      if (own.code === 'cap_removed') return say(words.cap_removed, { cap_id: own.cap_id })
      const amount = own.code === 'overage_limit' ? money(place, own.amount) : ''
      return say(words[own.code], { amount })
    }),
  )
}

const MONEY = ['amount', 'price', 'tax', 'total'] as const

/** Facts as a sentence shows them; what a sentence names and an old entry lacks is left empty. */
function valuesOf(place: Place, facts: SingleFacts): Record<string, string> {
  const plain = Object.entries(facts).map(([name, value]) => [name, String(value)])
  const amounts = MONEY.map((name) => [
    name,
    facts[name] === undefined ? '' : money(place, facts[name]),
  ])
  const { lot_name: name, category, due_at: due, refusal, decision, rule } = facts
  return {
    ...{ plan: '', receipt_id: '', payment_id: '', cap_id: '', name: '', subject: '' },
    ...Object.fromEntries([...plain, ...amounts]),
    lot: name === undefined ? '' : lotName(place, { name, category: category ?? null }),
    due_at: due === undefined ? '' : date(place, due),
    rule: rule === undefined ? '' : ruleSentence(rule, place.lang),
    refusal: refusal === undefined ? '' : refusalOf(place, refusal),
    decision: decision === undefined ? '' : decisionOf(place, decision),
  }
}

function decisionOf(place: Place, code: string): string {
  const { decisions } = TIMELINE_WORDS[place.lang]
  return word(decisions, code) ?? code
}
