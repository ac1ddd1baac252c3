import type { FeeFacts, TransitionFacts } from '../../core/ledger/entry.ts'
import type { Language, Template } from './words.ts'

/** Sentences about subscriptions, by their codes. */
export interface SubscriptionWords {
  readonly transitions: Readonly<Record<TransitionFacts['type'], Template>>
  readonly lines: Readonly<Record<FeeFacts['lines'][number]['type'], Template>>
  /** How a line came about, and which part of a formula is a time or a number of seats. */
  readonly formula: Template
  readonly seconds: Template
  readonly rounded: Readonly<Record<'down' | 'up', Template>>
  /** What a switch to another plan would charge. */
  readonly switches: Readonly<
    Record<'pay' | 'owe' | 'credit' | 'nothing' | 'later' | 'own' | 'refused', Template>
  >
  readonly windows: Readonly<Record<TransitionFacts['windows'][number]['change'], Template>>
  readonly creditUsed: Template
  readonly creditAdded: Template
  readonly due: Template
  readonly owed: Template
  readonly nothingDue: Template
  readonly taxAdded: Template
  readonly lots: Template
  readonly renews: Template
  readonly noRenewal: Template
  readonly none: Template
  readonly has: Template
  readonly cancels: Template
  readonly changes: Template
  readonly unpaid: Template
  readonly creditLeft: Template
}

const en: SubscriptionWords = {
  transitions: {
    start: 'The account starts {to} on {date}.',
    upgrade: 'The account moves up from {from} to {to} on {date}.',
    downgrade: 'The account moves down from {from} to {to} on {date}.',
    change: 'The account moves from {from} to {to} on {date}.',
    seats: 'The seats change from {from_seats} to {to_seats} on {date}.',
    keep: 'The account keeps {to}; what was scheduled is taken back.',
    cancel: 'The subscription to {from} ends on {date}; then the account has {to}.',
    renew: '{to} goes on for another period from {date}.',
    lapse: 'The subscription to {from} ended on {date}; the account has {to}.',
  },
  lines: {
    unused_time: 'Unused time of {plan}: {amount}.',
    plan: '{plan}: {amount} (whole period {full}).',
    seats: '{seats} seats of {plan}: {amount} (whole period {full}).',
    waived: 'Less than the smallest coin, waived: {amount}.',
  },
  formula: '{plan} from {from} until {to}: {formula} = {amount}{rounded}.',
  seconds: '{count} s',
  rounded: {
    down: ', rounded down to a billionth',
    up: ', rounded up to a billionth',
  },
  switches: {
    pay: 'At once, for {amount} plus tax.',
    owe: 'At once; {amount} plus tax goes on the next invoice.',
    credit: 'At once; {amount} becomes credit for plan fees.',
    nothing: 'At once, for nothing.',
    later: 'On {date}; nothing is charged before.',
    own: 'You have this plan.',
    refused: 'Not now: {why}',
  },
  windows: {
    kept: 'The window {id} stays at {after}.',
    resized:
      'The window {id} changes from {before} to {after}; its start, its end and what was used stay.',
    opens: 'The window {id} is new, with {after}.',
    closes: 'The window {id} is not part of the new plan.',
  },
  creditUsed: 'Paid from credit for plan fees: {amount}.',
  creditAdded: 'Becomes credit for the next plan fees: {amount}.',
  due: 'To pay now: {amount}.',
  owed: 'To be invoiced: {amount}.',
  nothingDue: 'Nothing is to be paid now.',
  taxAdded: 'Tax is added when it is paid.',
  lots: 'Your credit does not change: {count} lots stay as they are.',
  renews: 'Next renewal: {date}.',
  noRenewal: 'Nothing renews.',
  none: 'The account has {plan} without a subscription: no fee is charged for the plan.',
  has: 'The account has {plan} with {seats} seats, paid until {date}.',
  cancels: 'It ends then, and the account has {plan}.',
  changes: 'It changes then to {plan} with {seats} seats.',
  unpaid: 'The fee due on {date} is not paid ({code}).',
  creditLeft: 'Credit for plan fees: {amount}.',
}

const ja: SubscriptionWords = {
  transitions: {
    start: '{date}に{to}を開始します。',
    upgrade: '{date}に{from}から{to}へアップグレードします。',
    downgrade: '{date}に{from}から{to}へダウングレードします。',
    change: '{date}に{from}から{to}へ変更します。',
    seats: '{date}に席数を{from_seats}から{to_seats}へ変更します。',
    keep: '{to}を継続し、予定されていた変更を取り消します。',
    cancel: '{from}のサブスクリプションは{date}に終了し、その後は{to}になります。',
    renew: '{to}を{date}から更新します。',
    lapse: '{from}のサブスクリプションは{date}に終了し、現在は{to}です。',
  },
  lines: {
    unused_time: '{plan}の未使用期間: {amount}。',
    plan: '{plan}: {amount}(1期間の料金は{full})。',
    seats: '{plan}の{seats}席: {amount}(1期間の料金は{full})。',
    waived: '最小通貨単位に満たない端数の切り捨て: {amount}。',
  },
  formula: '{plan}、{from}から{to}まで: {formula} = {amount}{rounded}。',
  seconds: '{count}秒',
  rounded: {
    down: '(10億分の1未満は切り捨て)',
    up: '(10億分の1未満は切り上げ)',
  },
  switches: {
    pay: 'すぐに変更され、{amount}(税別)をお支払いいただきます。',
    owe: 'すぐに変更され、{amount}(税別)は次の請求書に記載されます。',
    credit: 'すぐに変更され、{amount}がプラン料金用の残高になります。',
    nothing: 'すぐに変更され、お支払いはありません。',
    later: '{date}に変更され、それまで請求はありません。',
    own: '現在のプランです。',
    refused: '現在は変更できません: {why}',
  },
  windows: {
    kept: 'ウィンドウ「{id}」は{after}のままです。',
    resized:
      'ウィンドウ「{id}」は{before}から{after}に変わります。開始、終了、使用済みの分は変わりません。',
    opens: 'ウィンドウ「{id}」({after})が新しく加わります。',
    closes: 'ウィンドウ「{id}」は新しいプランに含まれません。',
  },
  creditUsed: 'プラン料金用の残高からのお支払い: {amount}。',
  creditAdded: '次回以降のプラン料金に充てる残高になります: {amount}。',
  due: '今回のお支払い: {amount}。',
  owed: '後日請求: {amount}。',
  nothingDue: '今回のお支払いはありません。',
  taxAdded: '税はお支払いの際に加算されます。',
  lots: 'クレジットは変わりません({count}件そのまま)。',
  renews: '次回の更新: {date}。',
  noRenewal: '更新はありません。',
  none: 'プランは{plan}で、サブスクリプションはなく、プラン料金は請求されません。',
  has: 'プランは{plan}({seats}席)で、{date}まで支払い済みです。',
  cancels: 'その後は終了し、{plan}になります。',
  changes: 'その後は{plan}({seats}席)に変わります。',
  unpaid: '{date}期限の料金が未払いです({code})。',
  creditLeft: 'プラン料金用の残高: {amount}。',
}

export const subscriptionWords: Readonly<Record<Language, SubscriptionWords>> = { en, ja }
