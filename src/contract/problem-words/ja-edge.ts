import type { EdgeCode } from '../problems.ts'
import { JA_MONEY } from './ja-money.ts'
import { JA_PEOPLE } from './ja-people.ts'
import { JA_PLATFORM } from './ja-platform.ts'
import { JA_USAGE } from './ja-usage.ts'
import type { Words } from './words.ts'

/** What goes wrong at the edge. Exhaustive: a new code does not compile without its words. */
export const JA_EDGE: Readonly<Record<EdgeCode, Words>> = {
  invalid_request: [
    'リクエストが正しくありません',
    'リクエストがスキーマに従っていません。場所と直し方は `errors` にあります。',
  ],
  malformed_json: [
    '本文が正しい JSON ではありません',
    '本文を UTF-8 の JSON として読めませんでした。途中で切れている可能性があります。',
  ],
  idempotency_key_missing: [
    'Idempotency-Key がありません',
    'Idempotency-Key ヘッダーを送ってください。同じリクエストを繰り返しても二重に実行されません。',
  ],
  cursor_invalid: [
    'カーソルが正しくありません',
    'このカーソルはこの一覧のものではありません。カーソルなしで最初からやり直してください。',
  ],
  unauthenticated: [
    '認証情報がないか、正しくありません',
    '運営者トークン、または失効していないアカウントキーを `Authorization: Bearer` で送ってください。',
  ],
  permission_denied: [
    'この認証情報では許可されていません',
    'この認証情報では自分のアカウントでもこの操作はできません。運営者、または別の役割のメンバーの権限です。',
  ],
  not_found: ['見つかりません', 'このアドレスには何もありません。'],
  receipt_unknown: [
    '明細が見つかりません',
    'この ID の明細は存在しないか、この認証情報では閲覧できません。',
  ],
  entry_unknown: [
    '記帳が見つかりません',
    'このアカウントにこの番号の記帳は存在しないか、この認証情報では閲覧できません。',
  ],
  receipt_pending: [
    '明細はまだ確定していません',
    '呼び出しは実行中です。精算または解放されると明細が表示されます。',
  ],
  key_unknown: ['キーが見つかりません', 'このアカウントにこの ID のキーはありません。'],
  usage_invalid: ['利用量を読み取れません', '応答が形式に従っていないか、利用量を含んでいません。'],
  method_not_allowed: [
    'メソッドが許可されていません',
    'アドレスは存在しますが、このメソッドは使えません。使えるものは Allow ヘッダーにあります。',
  ],
  body_too_large: ['本文が大きすぎます', 'リクエスト本文は 10 MB までです。'],
  uri_too_long: ['アドレスが長すぎます', 'アドレスが受け付けられる長さを超えています。'],
  unsupported_media_type: [
    'メディアタイプに対応していません',
    '本文を `application/json` として送ってください。',
  ],
  request_timeout: [
    'リクエストの到着に時間がかかりすぎました',
    'リクエストが時間内に最後まで送られませんでした。内容は処理されず、課金もありません。もう一度、間を空けずに送ってください。',
  ],
  headers_too_large: ['ヘッダーが大きすぎます', 'リクエストヘッダーが大きすぎます。'],
  too_many_listeners: [
    '接続が多すぎます',
    'このサーバーが提供できる数のイベントフィードが開かれています。一つ閉じるか、後でやり直してください。',
  ],
  overloaded: [
    '混み合っています',
    '現在処理できる量を超えています。課金はされていません。`Retry-After` の後に同じ ID でやり直してください。',
  ],
  unavailable: [
    '一時的に利用できません',
    'データベースが応答しません。同じ ID でやり直してください。決定済みならその答えが返り、二重には実行されません。',
  ],
  server_closing: [
    'サーバーを停止中です',
    'このサーバーは停止処理中です。何も決定されず、課金もありません。`Retry-After` の後に同じ ID でやり直してください。',
  ],
  internal_error: [
    '内部エラー',
    'こちら側の不具合です。同じ ID でやり直すか、この応答の `x-request-id` を添えてサポートにお問い合わせください。',
  ],
  ...JA_MONEY,
  ...JA_PEOPLE,
  ...JA_PLATFORM,
  ...JA_USAGE,
}
