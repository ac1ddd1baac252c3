import { parsePlan } from '../../core/funding/plan-document.ts'
import { feeOf } from '../../core/funding/plan-price.ts'
import type { Plan, WindowSpec } from '../../core/funding/types.ts'
import { formatNanos } from '../../core/money/index.ts'
import { parseDuration } from '../../core/time/index.ts'
import { fill, formatDuration, formatList, formatMoney } from './format.ts'
import { inLanguage } from './funding.ts'
import { wordsOf } from './place.ts'
import { planWords } from './plan-words.ts'
import type { Language } from './words.ts'

/** What a plan offers, a sentence a fact: its fee, its windows, and what they do not cover. */
export function explainPlan(document: unknown, lang: Language): string[] {
  const parsed = parsePlan(document)
  if (!parsed.ok) throw new Error('a stored plan cannot be read')
  const { plan } = parsed
  const words = planWords[lang]
  return [
    feeSentence(plan, lang),
    ...(plan.billing === 'invoiced' ? [words.invoiced] : []),
    ...(plan.windows.length === 0
      ? [words.noWindows]
      : plan.windows.map((spec) => windowSentence(spec, plan, lang))),
    ...plan.coverage.map(({ effect, reason, reasons }) =>
      fill(words.coverage[effect], { reason: inLanguage(reason, reasons, lang) }),
    ),
  ]
}

function feeSentence(plan: Plan, lang: Language): string {
  const words = planWords[lang]
  const money = (amount: bigint) => formatMoney(formatNanos(amount as never), plan.currency, lang)
  const per = words.periods[plan.period ?? 'P1M']
  if (plan.seats)
    return fill(words.seats, {
      amount: money(plan.seats.priceEach),
      per,
      min: plan.seats.min,
      max: plan.seats.max,
    })
  const fee = feeOf(plan, 1)
  return fee === 0n ? words.free : fill(words.fee, { amount: money(fee), per })
}

function windowSentence(spec: WindowSpec, plan: Plan, lang: Language): string {
  const words = planWords[lang]
  const capacity = formatMoney(formatNanos(spec.capacity), plan.currency, lang)
  const { models } = spec.scope
  return fill(spec.perSeat ? words.windowPerSeat : words.window, {
    capacity,
    length: windowLength(spec.length, lang),
    shape: words.shapes[spec.shape],
    scope: models ? fill(words.scope, { models: formatList(models, lang) }) : '',
  })
}

const HOUR_MS = 3_600_000
const HOURS_PER_DAY = 24

/** How long a window lasts: `7 days`, `5 hours`, `1 month`. */
export function windowLength(length: string, lang: Language): string {
  const duration = parseDuration(length)
  if (!duration) throw new Error(`not a length: ${length}`)
  const { months, milliseconds } = duration
  if (months > 0) return inUnits(months, 'month', lang)
  const hours = milliseconds / HOUR_MS
  if (hours % HOURS_PER_DAY === 0) return inUnits(hours / HOURS_PER_DAY, 'day', lang)
  if (Number.isInteger(hours)) return inUnits(hours, 'hour', lang)
  return formatDuration(milliseconds, wordsOf(lang))
}

const inUnits = (count: number, unit: 'month' | 'day' | 'hour', lang: Language): string =>
  new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
