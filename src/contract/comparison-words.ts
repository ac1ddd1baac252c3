import type { Static } from 'typebox'
import { fill } from './explain/format.ts'
import type { Language } from './explain/index.ts'
import type { ComparisonSchema } from './schemas/campaign-audience.ts'

interface ComparisonWords {
  readonly design: string
  readonly bands: string
  readonly eligible: string
  readonly followed: string
  readonly sizes: string
  readonly partial: string
  readonly suppressed: string
  readonly interval: string
  readonly cause: string
}

const EN: ComparisonWords = {
  design:
    'Each account that claimed is paired with one that did not: of the same plan, the same band of tenure and the same band of usage before the campaign, and of those the nearest in usage. Nobody is paired twice.',
  bands:
    'Plan and tenure are as of the opening of the campaign, usage is of the {before} days before it. Accounts that were opened later are paired among themselves.',
  eligible:
    'Those who did not claim fulfil every rule; what operators have stated about them is as it is now.',
  followed: 'Both of a pair are followed for {after} days from the claim.',
  sizes: '{pairs} pairs; {unmatched} claimers had nobody alike; {recent} claimed too recently.',
  partial: 'Not every account was looked at.',
  suppressed:
    'No figures are shown for fewer than {min} pairs: chance would decide, and single accounts could be made out.',
  interval: 'The difference lies between `least` and `most` with 95 % confidence.',
  cause:
    'This does not show that the campaign caused a difference: who claims may differ in ways that are not matched.',
}

const JA: ComparisonWords = {
  design:
    '受け取ったアカウントを、受け取っていないアカウントと1件ずつ組にします。プラン、利用期間の区分、開始前の利用額の区分が同じもののうち、利用額が最も近いものを選びます。同じアカウントは二度使いません。',
  bands:
    'プランと利用期間はキャンペーン開始時点、利用額はその前の{before}日間のものです。開始後に開設されたアカウントは、その中だけで組にします。',
  eligible:
    '受け取っていないアカウントは、すべての条件を満たしています。運営者が登録した情報は現在のものです。',
  followed: '組の両方を、受け取りから{after}日間追います。',
  sizes:
    '組は{pairs}件です。似たアカウントがなかったもの：{unmatched}件。受け取りから日が浅いもの：{recent}件。',
  partial: 'すべてのアカウントを調べたわけではありません。',
  suppressed:
    '組が{min}件に満たない場合、数値は示しません。偶然に左右され、個々のアカウントが分かるおそれがあるためです。',
  interval: '差は、95%の信頼度で最小（`least`）と最大（`most`）の間にあります。',
  cause:
    'この差がキャンペーンによるものとは言えません。受け取るアカウントには、組にする条件に含まれない違いがあるかもしれません。',
}

const WORDS: Readonly<Record<Language, ComparisonWords>> = { en: EN, ja: JA }

type Told = Omit<Static<typeof ComparisonSchema>, 'explanation'>

/** How the groups were made, how large they are, and what the figures do not say. */
export function explainComparison(
  { method, sizes, suppressed }: Pick<Told, 'method' | 'sizes' | 'suppressed'>,
  lang: Language,
): string[] {
  const words = WORDS[lang]
  return [
    words.design,
    fill(words.bands, { before: method.before_days }),
    words.eligible,
    fill(words.followed, { after: method.after_days }),
    fill(words.sizes, {
      pairs: sizes.pairs,
      unmatched: sizes.unmatched,
      recent: sizes.too_recent,
    }),
    ...(sizes.complete ? [] : [words.partial]),
    suppressed === null ? words.interval : fill(words.suppressed, { min: method.pairs_min }),
    words.cause,
  ]
}
