import type { FeeFacts } from '../../core/ledger/entry.ts'
import { feeFormula } from '../../core/ledger/fee-formula.ts'
import { fill, formatAllDigits, formatDate } from './format.ts'
import { wordsOf } from './place.ts'
import type { Reading } from './subscription.ts'
import { subscriptionWords } from './subscription-words.ts'
import type { Language } from './words.ts'

type Line = FeeFacts['lines'][number]

const MS_PER_SECOND = 1_000

/** `5 × $30.00 × 1,296,000 s ÷ 2,592,000 s`: what a line of a fee is made of. `null`: it does not say. */
export function feeFormulaText(line: Line, currency: string, lang: Language): string | null {
  const own = feeFormula(line)
  if (!own) return null
  const seconds = (ms: number): string =>
    fill(subscriptionWords[lang].seconds, {
      count: new Intl.NumberFormat(lang, { maximumFractionDigits: 3 }).format(ms / MS_PER_SECOND),
    })
  const { count, each, partMs, wholeMs } = own
  return [
    ...(line.type === 'seats' ? [new Intl.NumberFormat(lang).format(count)] : []),
    formatAllDigits(line.type === 'unused_time' ? `-${each}` : each, currency, lang),
    ...(partMs === wholeMs ? [] : [`${seconds(partMs)} ÷ ${seconds(wholeMs)}`]),
  ].join(' × ')
}

/** Each line of a fee with its formula and its exact amount; lines that do not say theirs are left out. */
export function explainFeeFormulas(fee: FeeFacts, own: Reading): string[] {
  const { lang, currency, now } = own
  const words = subscriptionWords[lang]
  const place = { ...own, words: wordsOf(lang) }
  return fee.lines.flatMap((line) => {
    const formula = feeFormulaText(line, currency, lang)
    const rounds = feeFormula(line)?.rounds
    if (formula === null || rounds === undefined) return []
    return [
      fill(words.formula, {
        plan: line.plan,
        from: formatDate(line.from, place, now),
        to: formatDate(line.to, place, now),
        formula,
        amount: formatAllDigits(line.amount, currency, lang),
        rounded: rounds === 'nothing' ? '' : words.rounded[rounds],
      }),
    ]
  })
}
