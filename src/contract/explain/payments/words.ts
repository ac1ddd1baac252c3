import type { Language } from '../words.ts'

/** Bump when a sentence changes: a consent names the version that was shown. */
export const SENTENCES_VERSION = '2'

const EN = {
  buy: 'You pay {total} now, once, with {card}{tax}. You get {face} of credit{expires}. {withdrawal} Nothing is charged again by this purchase.',
  tax: ' ({price} + {tax} {name})',
  expires: ', valid until {date}',
  forEver: ', without an end',
  withdrawal:
    'Until {date} you can have the unused part paid back at the price you paid, with its tax.',
  noWithdrawal: 'The law of your country gives no right to withdraw from it.',
  reload:
    'When your credit falls below {trigger}, we charge {card} {charge}, once each time it falls, at least 10 minutes apart, at most {day} a day and {month} a month, tax included. A large request never charges more than that: what your credit does not cover is refused. After the first declined charge it stops and tells you. You can turn it off at any time; no charge follows.',
  fixed: '{total}{tax} for {net} of credit',
  upTo: 'what is missing to {target}, at most {total}{tax}',
  feeNow: 'You pay {total} now with {card}{tax} for {plan} until {renewal}.',
  feeLater: 'Nothing is charged now.',
  renews:
    'From {renewal} on, each {period}, we charge {fee} plus the tax of that day (now {rate} % {name}) to your default card, now {card}, until you cancel. If a charge is declined you are told, and it is tried again daily; when the grace of the plan is over, the plan ends and you have {fallback}. Your credit stays. You can cancel at any time: no charge follows, and what is paid for stays until its period ends.',
  periods: { P1M: 'month', P1Y: 'year' },
}

const JA: typeof EN = {
  buy: '{card}で今{total}を一度だけお支払いいただきます{tax}。{face}のクレジットを追加します{expires}。{withdrawal}この購入によって再び請求されることはありません。',
  tax: '({price}+{name}{tax})',
  expires: '(有効期限 {date})',
  forEver: '(無期限)',
  withdrawal: '{date}までは、未使用分をお支払い価格と税に応じて払い戻せます。',
  noWithdrawal: 'お住まいの国の法律では、この購入の撤回権はありません。',
  reload:
    'クレジットが{trigger}を下回ると、{card}に{charge}を請求します。下回るたびに一度だけ、10分以上の間隔をあけ、税込みで1日{day}、1か月{month}を上限とします。大きなリクエストでもこれを超えて請求することはなく、クレジットで足りない分はお断りします。カードの請求が一度でも失敗すると停止してお知らせします。いつでもオフにでき、その後は請求されません。',
  fixed: '{net}分のクレジットとして{total}{tax}',
  upTo: '{target}までの不足分(最大{total}{tax})',
  feeNow: '{plan}({renewal}まで)の料金として、今{total}を{card}でお支払いいただきます{tax}。',
  feeLater: '今回の請求はありません。',
  renews:
    '{renewal}から、解約されるまで{period}、{fee}とその日の税(現在は{name}{rate}%)を、既定のカード(現在は{card})に請求します。請求が承認されない場合はお知らせし、毎日もう一度請求します。プランの猶予期間が過ぎるとプランは終了し、{fallback}になります。クレジットはそのまま残ります。いつでも解約でき、その後は請求されません。お支払い済みの期間は終わりまでご利用いただけます。',
  periods: { P1M: '毎月', P1Y: '毎年' },
}

export const PAYMENT_WORDS: Readonly<Record<Language, typeof EN>> = { en: EN, ja: JA }
