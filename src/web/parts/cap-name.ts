import type { AccountState } from '../../client/index.ts'
import { fill, formatMoney, wordsOf } from '../../contract/explain/index.ts'
import type { Lang } from '../app/preferences.ts'

type Named = Pick<AccountState['caps'][number], 'scope' | 'scope_id'>

const EACH = {
  en: { member: 'Each member', key: 'Each key', project: 'Each project' },
  ja: { member: '各メンバー', key: '各キー', project: '各プロジェクト' },
} as const

/** `the cap of key “ci”`, or `each key` of a cap on each. */
export function capName({ scope, scope_id: id }: Named, lang: Lang): string {
  if (id === '*' && (scope === 'member' || scope === 'key' || scope === 'project'))
    return EACH[lang][scope]
  const name = fill(wordsOf(lang).capOf[scope], { id: id ?? '' })
  return name.charAt(0).toUpperCase() + name.slice(1)
}

type Limited = Pick<AccountState['caps'][number], 'amount' | 'period'>

/** `$20.00 per day`. */
export const capLimit = (cap: Limited, currency: string, lang: Lang): string =>
  fill(wordsOf(lang).capPeriods[cap.period], { amount: formatMoney(cap.amount, currency, lang) })
