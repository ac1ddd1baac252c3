import type { Static } from 'typebox'
import { fill, formatDate } from './explain/format.ts'
import { formatMoney, type Language } from './explain/index.ts'
import { type Reader, wordsOf } from './explain/place.ts'
import type { AccountCampaignSchema, STANDINGS } from './schemas/campaigns.ts'

type Standing = (typeof STANDINGS)[number]
type RuleResult = Static<typeof AccountCampaignSchema>['evaluation']['rules'][number]

interface CampaignWords {
  readonly standings: Readonly<Record<Standing, string>>
  /** Why a rule does not hold. */
  readonly rules: Readonly<Record<RuleResult['rule'], string>>
  readonly amount: string
  readonly expires: string
  readonly order: Readonly<Record<'before_windows' | 'after_windows', string>>
  readonly scope: string
  readonly settings: string
  readonly unknown: string
}

const EN: CampaignWords = {
  standings: {
    claimable: 'You can claim this credit{until}.',
    claimed: 'You have claimed this credit.',
    held: 'Your claim is being looked at by a person. Nothing is lost meanwhile: the time of your claim counts.',
    rejected: 'Your claim was refused after a review. Contact support if that is wrong.',
    not_eligible: 'This account does not fulfil every condition.',
    not_yet_open: 'This credit can be claimed from {from}.',
    over: 'The time for claiming this credit has ended{until}.',
    exhausted: 'All of this credit has been given out.',
    paused: 'This campaign is paused: nothing can be claimed at the moment.',
    closed: 'This campaign is closed.',
  },
  rules: {
    plan_at: 'Plan at that time: {actual}; needed: {expected}.',
    plan_in: 'Plan: {actual}; needed: {expected}.',
    plan_age: 'Days on the plan: {actual}; needed: {expected}.',
    subscribed_before: 'Subscribed since {actual}; needed: before {expected}.',
    paid_use_on: 'Paid use was off at that time; it is needed on. Claiming does not turn it on.',
    member_since_before: 'Member since {actual}; needed: before {expected}.',
    account_age: 'Age of the account in days: {actual}; needed: {expected}.',
    region_in: 'Region: {actual}; needed: {expected}.',
    exposed_to_incident: 'The account was not affected by the incident {expected}.',
    not_granted_by: 'Credit was already given by {actual}.',
    not_past_due: 'A payment is past due.',
    organisation_linked: 'Link to an organisation: {actual}; needed: {expected}.',
    expression: 'Not fulfilled: {expected}.',
    currency: 'The account is in {actual}; the campaign is in {expected}.',
    amount: 'The campaign has no amount for this plan or account.',
  },
  amount: 'It is {amount}.',
  expires: 'What is not used ends on {date}.',
  order: {
    before_windows: 'It is used before your included windows.',
    after_windows: 'It is used after your included windows and before credit that you paid for.',
  },
  scope: 'It pays only for {scope}.',
  settings: 'Claiming changes no setting and charges nothing.',
  unknown: 'unknown',
}

const JA: CampaignWords = {
  standings: {
    claimable: 'このクレジットを受け取れます{until}。',
    claimed: 'このクレジットは受け取り済みです。',
    held: '受け取り申請を担当者が確認しています。申請した時刻が有効なので、確認中に失うものはありません。',
    rejected:
      '確認の結果、受け取り申請は認められませんでした。誤りと思われる場合はサポートにご連絡ください。',
    not_eligible: 'このアカウントは条件の一部を満たしていません。',
    not_yet_open: 'このクレジットは{from}から受け取れます。',
    over: 'このクレジットの受け取り期間は終了しました{until}。',
    exhausted: 'このクレジットはすべて配布されました。',
    paused: 'このキャンペーンは一時停止中のため、現在は受け取れません。',
    closed: 'このキャンペーンは終了しました。',
  },
  rules: {
    plan_at: 'その時点のプラン：{actual}。必要なプラン：{expected}。',
    plan_in: 'プラン：{actual}。必要なプラン：{expected}。',
    plan_age: 'プランの継続日数：{actual}。必要な日数：{expected}。',
    subscribed_before: '契約開始：{actual}。必要な条件：{expected}より前。',
    paid_use_on:
      'その時点で有償利用がオフでした。オンであることが必要です。受け取ってもオンにはなりません。',
    member_since_before: '利用開始：{actual}。必要な条件：{expected}より前。',
    account_age: 'アカウントの経過日数：{actual}。必要な日数：{expected}。',
    region_in: '地域：{actual}。必要な地域：{expected}。',
    exposed_to_incident: 'このアカウントは障害{expected}の影響を受けていません。',
    not_granted_by: '{actual}のクレジットをすでに受け取っています。',
    not_past_due: '支払いが遅れています。',
    organisation_linked: '組織との連携：{actual}。必要な状態：{expected}。',
    expression: '満たしていない条件：{expected}。',
    currency: 'アカウントの通貨は{actual}、キャンペーンの通貨は{expected}です。',
    amount: 'このプランまたはアカウントに対する金額がありません。',
  },
  amount: '金額は{amount}です。',
  expires: '使わなかった分は{date}に失効します。',
  order: {
    before_windows: 'プランの利用枠より先に使われます。',
    after_windows: 'プランの利用枠の後、購入したクレジットより先に使われます。',
  },
  scope: '{scope}だけに使えます。',
  settings: '受け取っても設定は変わらず、請求もありません。',
  unknown: '不明',
}

export const CAMPAIGN_WORDS: Readonly<Record<Language, CampaignWords>> = { en: EN, ja: JA }

/** What the sentences are made of. */
export type CampaignTold = Omit<Static<typeof AccountCampaignSchema>, 'explanation'>

/** Whether it can be claimed and why not, what it is for, when it ends, and in which order it is used. */
export function explainCampaign(
  told: CampaignTold,
  purpose: Readonly<Partial<Record<Language, string>>> | null,
  reader: Reader & { readonly now: string },
): string[] {
  const { lang } = reader
  const words = CAMPAIGN_WORDS[lang]
  const { evaluation, claim } = told
  const date = (at: string): string =>
    formatDate(at, { ...reader, words: wordsOf(lang) }, reader.now)
  const ends = evaluation.claim_until
  const until =
    ends === null ? '' : lang === 'ja' ? `（${date(ends)}まで）` : ` until ${date(ends)}`
  const closed = ends === null ? '' : lang === 'ja' ? `（${date(ends)}）` : `: ${date(ends)}`
  const open = told.standing === 'over' ? closed : until
  const failing = told.standing === 'not_eligible' || told.standing === 'over'
  const amount = claim?.amount ?? evaluation.amount
  const own = purpose?.[lang]
  return [
    fill(words.standings[told.standing], { until: open, from: date(evaluation.claim_from) }),
    ...(failing ? campaignFailing(evaluation.rules, lang) : []),
    ...(amount === null
      ? []
      : [
          fill(words.amount, { amount: formatMoney(amount, told.currency, lang) }),
          ...(own === undefined ? [] : [own]),
          ...scopeSentence(told, words),
          words.order[told.position],
          fill(words.expires, { date: date(claim?.expires_at ?? told.expires_at) }),
        ]),
    ...(told.standing === 'claimable' ? [words.settings] : []),
  ]
}

/** Why each rule that does not hold does not, and what can be done about it. */
export const campaignFailing = (rules: readonly RuleResult[], lang: Language): string[] =>
  rules
    .filter((rule) => !rule.passed)
    .flatMap((rule) => ruleSentences(rule, CAMPAIGN_WORDS[lang], lang))

function ruleSentences(rule: RuleResult, words: CampaignWords, lang: Language): string[] {
  const shown = (value: RuleResult['actual']): string => {
    if (value === null) return words.unknown
    return Array.isArray(value) ? value.join(', ') : String(value)
  }
  const action = rule.action?.[lang]
  const sentence = fill(words.rules[rule.rule], {
    actual: shown(rule.actual),
    expected: shown(rule.expected),
  })
  return action === undefined ? [sentence] : [sentence, action]
}

function scopeSentence({ scope }: CampaignTold, words: CampaignWords): string[] {
  const parts = [scope.models, scope.features, scope.clients].flatMap((part) => part ?? [])
  return parts.length === 0 ? [] : [fill(words.scope, { scope: parts.join(', ') })]
}
