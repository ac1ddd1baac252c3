import type { Language } from '../explain/words.ts'

const EN = {
  admitted: 'The call would be admitted now.',
  clamped: 'The call would be admitted now with at most {tokens} output tokens.',
  cost: 'It would cost {expected} as expected, {low} at least and {worst} at most.',
  unpriced:
    'There is no price for {missing}: the call would be delivered now and priced later. Its cost is not known; it is not zero.',
  draws: 'It would hold {amount} of {source}.',
  nothingHeld: 'This is an estimate: nothing was held and nothing was charged.',
  lot: '{lot}: {left} of {face} left, valid until {date}.',
  lotForEver: '{lot}: {left} of {face} left, without an end.',
  noLots: 'There is no credit.',
  cap: '{cap}: {spent} spent, {held} held by calls in flight, {left} left.',
  noCaps: 'There are no caps.',
  call: '{date}: model “{model}”, {verdict}, {total}. Receipt: {receipt_id}.',
  price: '{kind}: {amount} per million tokens.',
  priceWhen: '{kind}, where {when}: {amount} per million tokens.',
  noPrice:
    'The price book “{book}” has no price for “{model}”. Its price is not known; it is not zero.',
  noBook: 'No price book is in force for {currency}.',
  statement: 'Statement {label}: {from} to {to}.',
  purchase: '{date}: {total} paid for {face} of credit (purchase {payment_id}).',
  happened: '{date}: {what}',
  finding:
    '{date}: {what} The difference is {amount}; it has not been given back so far (finding “{key}”).',
  findingRemedied: '{date}: {what} {amount} was given back (finding “{key}”).',
  nothing: 'There is none.',
  more: 'There are more: ask again with the cursor.',
  notStopped: 'This call was not stopped.',
  raise:
    'You ask for {cap} to be raised to {amount} until {date}, for this reason: “{reason}”. No limit changes until somebody who may raise it agrees. Nothing is charged.',
  raiseForEver:
    'You ask for {cap} to be raised to {amount} without an end, for this reason: “{reason}”. No limit changes until somebody who may raise it agrees. Nothing is charged.',
  raiseAsked: 'The request {request_id} was made. No limit has changed so far.',
  claim:
    'You claim {amount} of promotional credit from “{name}”, once. It is valid until {date}. Nothing is charged, no setting changes, and the credit is never paid out.',
  claimed: '{amount} of promotional credit was granted.',
  claimHeld: 'The claim was made; a person looks at it before the credit is granted.',
  withdraw:
    '{total} is paid back to the card of purchase {payment_id} now, once: {price} plus {tax} tax. The {face} of credit that is unused is taken back.',
  withdrawn: 'The unused credit was taken back and the refund was started.',
  bought: 'Purchase {payment_id}: {total}. The credit is there.',
  buying: 'Purchase {payment_id}: {total}. The credit is not there yet.',
  buyingAction: 'The bank of the card asks for a confirmation by its holder: {url}',
  declined: 'The purchase {payment_id} did not succeed. No credit was made.',
  confirm:
    'Nothing was done so far. Show this sentence to who decides, and go on only if they agree:',
  fault: '{location} {message}. {fix}',
}

const JA: typeof EN = {
  admitted: 'この呼び出しは今、受け付けられます。',
  clamped: 'この呼び出しは今、出力を最大{tokens}トークンに制限して受け付けられます。',
  cost: '費用の見込みは{expected}、最小で{low}、最大で{worst}です。',
  unpriced:
    '{missing}の価格がありません。呼び出しは今提供され、価格は後で決まります。費用は不明であり、ゼロではありません。',
  draws: '{source}から{amount}を確保します。',
  nothingHeld: 'これは見積もりです。何も確保されず、何も請求されていません。',
  lot: '{lot}: {face}のうち残り{left}、有効期限は{date}。',
  lotForEver: '{lot}: {face}のうち残り{left}、無期限。',
  noLots: 'クレジットはありません。',
  cap: '{cap}: 使用済み{spent}、実行中の呼び出しが確保{held}、残り{left}。',
  noCaps: '上限はありません。',
  call: '{date}: モデル「{model}」、{verdict}、{total}。明細: {receipt_id}。',
  price: '{kind}: 100万トークンあたり{amount}。',
  priceWhen: '{kind}({when}の場合): 100万トークンあたり{amount}。',
  noPrice:
    '価格表「{book}」に「{model}」の価格はありません。価格は不明であり、ゼロではありません。',
  noBook: '{currency}の有効な価格表はありません。',
  statement: '明細書{label}: {from}から{to}まで。',
  purchase: '{date}: {face}分のクレジットに{total}を支払い(購入{payment_id})。',
  happened: '{date}: {what}',
  finding: '{date}: {what}差額は{amount}で、まだお戻ししていません(検出「{key}」)。',
  findingRemedied: '{date}: {what}{amount}をお戻ししました(検出「{key}」)。',
  nothing: '該当するものはありません。',
  more: '続きがあります。カーソルを付けて再度お尋ねください。',
  notStopped: 'この呼び出しは止められていません。',
  raise:
    '{cap}を{date}まで{amount}に引き上げることを、次の理由で依頼します: 「{reason}」。引き上げの権限を持つ人が承認するまで上限は変わりません。請求はありません。',
  raiseForEver:
    '{cap}を期限なしで{amount}に引き上げることを、次の理由で依頼します: 「{reason}」。引き上げの権限を持つ人が承認するまで上限は変わりません。請求はありません。',
  raiseAsked: '依頼{request_id}を作成しました。上限はまだ変わっていません。',
  claim:
    '「{name}」のプロモーションクレジット{amount}を一度だけ受け取ります。有効期限は{date}です。請求も設定の変更もなく、このクレジットが払い戻されることはありません。',
  claimed: 'プロモーションクレジット{amount}が付与されました。',
  claimHeld: '申請を受け付けました。クレジットの付与前に担当者が確認します。',
  withdraw:
    '購入{payment_id}のカードに今{total}を一度だけ払い戻します({price}と税{tax})。未使用のクレジット{face}は取り消されます。',
  withdrawn: '未使用のクレジットを取り消し、払い戻しを開始しました。',
  bought: '購入{payment_id}: {total}。クレジットを追加しました。',
  buying: '購入{payment_id}: {total}。クレジットはまだ追加されていません。',
  buyingAction: 'カードの発行元が名義人による確認を求めています: {url}',
  declined: '購入{payment_id}は成立しませんでした。クレジットは追加されていません。',
  confirm: 'まだ何も実行していません。次の文を決定者に示し、同意を得た場合にのみ続けてください:',
  fault: '{location}: {message}。{fix}',
}

export const MCP_WORDS: Readonly<Record<Language, typeof EN>> = { en: EN, ja: JA }
