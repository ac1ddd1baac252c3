import type { PassedOver, Translations } from '../../core/funding/types.ts'
import { readNanos, ZERO } from '../../core/money/index.ts'
import type { CapChecked, FundingStep, Receipt, WindowAtMoment } from '../receipt/schema.ts'
import {
  capWithNumbers,
  date,
  lotName,
  money,
  type Place,
  say,
  windowName,
  windowNames,
} from './place.ts'
import type { Language } from './words.ts'

/** A source as the reader knows it: the windows by name, a lot by its name. */
function sourceName(place: Place, receipt: Receipt, step: FundingStep): string {
  const { sources } = place.words
  if (step.class === 'overage') return sources.overage
  if (step.class === 'included') return includedName(place, receipt, step)
  return lotName(place, { name: step.name ?? step.source, category: step.category })
}

/** A covered call draws from every window; one that gave nothing is named by what bound it. */
function includedName(place: Place, receipt: Receipt, step: FundingStep): string {
  if (readNanos(step.drawn) === ZERO && step.window_id !== null && step.reason !== 'not_needed') {
    return windowName(place, step.window_id)
  }
  return windowNames(
    place,
    receipt.windows.map(({ id }) => id),
  )
}

const capOfStep = (receipt: Receipt, step: FundingStep): CapChecked | undefined =>
  receipt.caps.find(({ id }) => id === step.cap_id)

function stepSentence(place: Place, receipt: Receipt, step: FundingStep): string {
  const { words } = place
  const cap = capOfStep(receipt, step)
  const values = {
    source: sourceName(place, receipt, step),
    amount: money(place, step.drawn),
    cap: cap ? capWithNumbers(place, cap) : words.capOf.account,
  }
  if (step.state === 'used') return say(words.receipt.used, values)
  const reason: PassedOver = step.reason ?? 'not_needed'
  const reasons = step.state === 'used_in_part' ? words.usedInPart : words.passedOver
  return say(reasons[reason], values)
}

/**
 * The funding order in words: what each source gave, and why those before it gave no more. Sources
 * that were not reached are named only where `all` is asked for.
 */
export const fundingSentences = (place: Place, receipt: Receipt, all: boolean): string[] =>
  receipt.funding
    .filter((step) => all || step.state !== 'passed_over' || step.reason !== 'not_needed')
    .map((step) => stepSentence(place, receipt, step))

/** Sources that gave less than the call needed, and why. */
export const shortfallSentences = (place: Place, receipt: Receipt): string[] =>
  receipt.funding
    .filter(({ reason }) => reason !== null && reason !== 'not_needed')
    .map((step) => stepSentence(place, receipt, step))

/** Whether the reader will ask how full the windows were: the plan was passed over. */
export const planPassedOver = (receipt: Receipt): boolean =>
  receipt.funding.some(
    (step) => step.class === 'included' && step.state !== 'used' && step.reason !== 'not_needed',
  )

/** An operator's sentence inside one of ours: its final stop would stand twice. */
export const quoted = (text: string): string => text.replace(/[.。]\s*$/, '')

/** The operator's own words in the language of the reader, where there are such. */
export const inLanguage = (
  text: string,
  translations: Translations | undefined,
  lang: Language,
): string => (translations && Object.hasOwn(translations, lang) ? translations[lang]! : text)

export function coverageSentences(place: Place, receipt: Receipt): string[] {
  const { coverage } = receipt
  if (!coverage || coverage.effect === 'covered') return []
  const { words } = place
  const template =
    coverage.effect === 'blocked' ? words.coverage.blocked : words.coverage.credits_only
  const reason = inLanguage(coverage.reason ?? coverage.effect, coverage.reasons, place.lang)
  return [say(template, { reason: quoted(reason) })]
}

function windowSentence(place: Place, window: WindowAtMoment): string {
  const { receipt } = place.words
  const name = windowName(place, window.id)
  if (window.end === null) return say(receipt.windowNotBegun, { window: name })
  const values = {
    window: name,
    used: window.used_percent,
    left: 100 - window.used_percent,
    left_amount: money(place, window.left),
    capacity: money(place, window.capacity),
    held: money(place, window.held),
    end: date(place, window.end),
  }
  const isHeld = readNanos(window.held) > ZERO
  return say(isHeld ? receipt.windowStateHeld : receipt.windowState, values)
}

export const windowSentences = (place: Place, receipt: Receipt): string[] =>
  receipt.windows.map((window) => windowSentence(place, window))

export const overshootSentences = (place: Place, receipt: Receipt): string[] =>
  receipt.windows
    .filter((window) => readNanos(window.overshoot) > ZERO)
    .map((window) =>
      say(place.words.receipt.overshoot, {
        window: windowName(place, window.id),
        amount: money(place, window.overshoot),
      }),
    )

export const capSentences = (place: Place, receipt: Receipt): string[] =>
  receipt.caps.map((cap) =>
    say(place.words.receipt.capState, {
      cap: capWithNumbers(place, cap),
      spent: money(place, cap.spent),
      held: money(place, cap.held),
      left: money(place, cap.left),
      amount: money(place, cap.amount),
    }),
  )
