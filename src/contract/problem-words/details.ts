import { fill, formatMoney } from '../explain/format.ts'

/**
 * What is said of one occurrence of a problem and cannot be said by its code. A place gives the key of a
 * sentence and its values, never a text, so that whoever asks is told in their own language.
 */
const EN = {
  body_packed: 'Bodies with a content-encoding are not read here. Send it without.',
  body_not_utf8: 'The body is not valid UTF-8.',
  body_not_json: 'The body is not JSON; it may be cut off.',
  body_text_unstorable: 'A text in the body has a NUL character or half a surrogate pair.',
  body_name_unstorable: 'A name in the body has a NUL character or half a surrogate pair.',
  body_number_too_large: 'A number in the body is too large.',
  call_id_missing: 'Send `call_id` in the body, or an Idempotency-Key header to make one from.',
  call_without_charge: 'The account has no charge for the call {call}. Nothing was opened.',
  control_of_others: 'These credentials may not change `{field}`; it is changed by: {principals}.',
  field_of_operator:
    'These credentials may not say `{field}`; it belongs to the operator. Nothing was done.',
  plan_of_operator_free:
    'Only the operator moves an account to {plan}, which costs nothing. Nothing was changed.',
  plan_of_operator_invoiced:
    'Only the operator moves an account to {plan}, which is paid by invoice. Nothing was changed.',
  plan_versions_used_up: 'The last version number of this plan is taken; give the plan another id.',
  window_means_other:
    'The window `{window}` has another shape or length in {plan}. Give it an id of its own; the plan was not published.',
  purchase_not_reversed:
    'A card was charged for this credit. Refund the purchase {payment} instead: the unused credit is taken, and its price and tax go back to the card.',
  reload_consent_differs:
    'The sentence is not the one of these terms. Preview them, show it, send it back.',
  order_consent_differs:
    'The sentence is not the one of this order. Preview it, show the sentence, send it back with `preview_id`.',
  order_without_card: 'No card is charged by this order: leave `consent` out.',
  fee_no_payment_method:
    'There is no card to charge. Save one, or name a payment that was received. Nothing was changed.',
  fee_policy_missing:
    'No row of law is published for the country of the card, so that no card is charged. The operator publishes one. Nothing was changed.',
  fee_consent_missing:
    'No card is charged without consent. Preview the change, show its sentence, and send it back as `consent`. Nothing was charged.',
  fee_declined: 'The payment was declined ({reason}). Nothing was charged.',
  fee_action_required:
    'The bank of the card asks for a confirmation. Open {url}, then repeat this request. Nothing was charged so far.',
  fee_returned:
    'The order was refused ({reason}) after the card was charged; all of it went back to the card. Order anew.',
  fee_of: 'A fee of {needed}, tax excluded, is not paid yet. Nothing was changed or charged.',
  refund_beyond: '{needed} was to be given back, and {limit} is left of the charge. Nothing moved.',
  payment_beyond:
    '{needed} was to be recorded, and {limit} is owed. A payment is recorded up to what is owed, and never beyond.',
  request_reused: 'the same request id was used before with another {field}',
} as const

export type DetailCode = keyof typeof EN

/** Exhaustive: a sentence does not compile without its Japanese. */
const JA: Readonly<Record<DetailCode, string>> = {
  body_packed: 'content-encoding の付いた本文は読み取れません。圧縮せずに送ってください。',
  body_not_utf8: '本文が正しい UTF-8 ではありません。',
  body_not_json: '本文が JSON ではありません。途中で切れている可能性があります。',
  body_text_unstorable:
    '本文の文字列に NUL 文字、または対になっていないサロゲートが含まれています。',
  body_name_unstorable:
    '本文の項目名に NUL 文字、または対になっていないサロゲートが含まれています。',
  body_number_too_large: '本文に大きすぎる数値があります。',
  call_id_missing:
    '本文に `call_id` を入れるか、それを作るための Idempotency-Key ヘッダーを送ってください。',
  call_without_charge:
    'このアカウントには呼び出し {call} の課金がありません。申し立ては開始されていません。',
  control_of_others:
    'この認証情報では `{field}` を変更できません。変更できるのは次のとおりです: {principals}。',
  field_of_operator:
    'この認証情報では `{field}` を指定できません。運営者だけが指定できます。何も実行されていません。',
  plan_of_operator_free:
    'アカウントを無料の {plan} に移せるのは運営者だけです。何も変更されていません。',
  plan_of_operator_invoiced:
    'アカウントを請求書払いの {plan} に移せるのは運営者だけです。何も変更されていません。',
  plan_versions_used_up:
    'このプランの最後のバージョン番号は使用済みです。プランに別の ID を付けてください。',
  window_means_other:
    'ウィンドウ `{window}` は {plan} では形または長さが異なります。別の ID を付けてください。プランは公開されていません。',
  purchase_not_reversed:
    'このクレジットの代金はカードに請求されています。代わりに購入 {payment} を返金してください。未使用のクレジットが引き取られ、その代金と税がカードに戻ります。',
  reload_consent_differs:
    '同意の文がこの条件のものと一致しません。プレビューで得た文を表示し、そのまま送り返してください。',
  order_consent_differs:
    '同意の文がこの注文のものと一致しません。プレビューで得た文を表示し、`preview_id` とともに送り返してください。',
  order_without_card: 'この注文ではカードに請求しません。`consent` を付けずに送ってください。',
  fee_no_payment_method:
    '請求できるカードがありません。カードを登録するか、受領済みの支払いを指定してください。何も変更されていません。',
  fee_policy_missing:
    'カードの国に適用される法令の設定が公開されていないため、カードに請求しません。公開するのは運営者です。何も変更されていません。',
  fee_consent_missing:
    '同意なしにカードへ請求することはありません。変更をプレビューし、その文を表示して `consent` として送り返してください。請求はされていません。',
  fee_declined: '支払いが拒否されました（{reason}）。請求はされていません。',
  fee_action_required:
    'カードの銀行が本人確認を求めています。{url} を開いてから、このリクエストを繰り返してください。まだ請求はされていません。',
  fee_returned:
    'カードに請求した後で注文が拒否されました（{reason}）。全額がカードに戻されました。注文し直してください。',
  fee_of: '{needed}（税抜き）の料金が未払いです。何も変更されず、課金もされていません。',
  refund_beyond:
    '{needed}を返金しようとしましたが、課金の残額は{limit}です。何も動かされていません。',
  payment_beyond:
    '{needed}を記録しようとしましたが、未払いは{limit}です。入金は未払いの額までしか記録されません。',
  request_reused: '同じリクエスト ID が、以前に別の {field} で使われています',
}

/** An amount, written as the reader's language writes money. */
interface Money {
  readonly amount: string
  readonly currency: string
}

type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never

type DetailWith<Code extends DetailCode> = [NamesIn<(typeof EN)[Code]>] extends [never]
  ? { readonly code: Code }
  : {
      readonly code: Code
      readonly values: { readonly [Name in NamesIn<(typeof EN)[Code]>]: string | Money }
    }

/** A sentence with exactly the values that it names. */
export type Detail = { readonly [Code in DetailCode]: DetailWith<Code> }[DetailCode]

export const DETAIL_TEMPLATES = { en: EN, ja: JA } as const

export function detailText(detail: Detail, lang: 'en' | 'ja'): string {
  const values: Readonly<Record<string, string | Money>> = 'values' in detail ? detail.values : {}
  const written = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : formatMoney(value.amount, value.currency, lang),
  ])
  return fill(DETAIL_TEMPLATES[lang][detail.code], Object.fromEntries(written))
}
