import type { Lang } from '../../app/preferences.ts'

/** A rate such as `0.19` as `19 %`, from its decimal text: no digit of it is lost. */
export const percentText = (rate: string, lang: Lang): string =>
  new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 4 }).format(
    rate as Intl.StringNumericLiteral,
  )
