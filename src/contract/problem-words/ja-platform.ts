import type { CATALOGUE_PROBLEMS } from '../catalogue-problems.ts'
import type { LOG_PROBLEMS } from '../log-problems.ts'
import type { MCP_PROBLEMS } from '../mcp-problems.ts'
import type { OPERATIONS_PROBLEMS } from '../operations-problems.ts'
import type { USAGE_PROBLEMS } from '../usage-problems.ts'
import type { Words } from './words.ts'

type Code =
  | keyof typeof LOG_PROBLEMS
  | keyof typeof MCP_PROBLEMS
  | keyof typeof OPERATIONS_PROBLEMS
  | keyof typeof CATALOGUE_PROBLEMS
  | keyof typeof USAGE_PROBLEMS

/** Plans, prices, the log of sealed heads, and what the operator runs. */
export const JA_PLATFORM: Readonly<Record<Code, Words>> = {
  price_book_unknown: ['価格表が見つかりません', 'この ID の価格表は公開されていません。'],
  price_book_exists: [
    '価格表はすでに存在します',
    'この ID の価格表は別の内容で公開されています。公開したものは変更できません。新しい ID で公開してください。',
  ],
  price_book_invalid: [
    '価格表が正しくありません',
    '価格表を読み込めません。場所と直し方は `errors` にあります。',
  ],
  plan_exists: [
    'プランのバージョンはすでに存在します',
    'このバージョンは別の内容で存在します。次のバージョンにするには `version` を省いてください。',
  ],
  plan_invalid: [
    'プランが正しくありません',
    'プランを読み込めません。場所と直し方は `errors` にあります。',
  ],
  plan_not_draft: [
    'プランをこの状態にできません',
    'バージョンは下書き、公開、終了の順に進み、戻りません。',
  ],
  window_differs: [
    'ウィンドウの意味が異なります',
    '公開されたプランに、同じ ID で長さの異なるカレンダー型ウィンドウ、または形の異なるウィンドウがあります。ウィンドウに別の ID を付けてください。',
  ],
  plan_retired: [
    'プランは終了しています',
    'このバージョンは利用中のアカウントのために残されています。新しく変更することはできません。',
  ],
  confirmation_unknown: [
    '確認が見つかりません',
    'この確認は、このツール、アカウント、呼び出し元、引数のものではないか、期限切れです。',
  ],
  confirmation_outdated: [
    '確認が古くなりました',
    '確認した文の内容は現在と異なります。何も実行されていません。新しい文を確認してください。',
  ],
  log_empty: [
    'まだ何も封印されていません',
    '封印のログにチェックポイントがありません。封印の開始後に動きがないか、封印がオフです。',
  ],
  log_size_unknown: [
    'この大きさのチェックポイントはありません',
    'ログはこの大きさのチェックポイントに署名したことがありません。署名されたものをお持ちなら、それはログに対する証拠です。',
  ],
  head_not_sealed: [
    'まだ封印されていません',
    'この記帳を含む封印はまだログにありません。数秒以内に封印されます。その後にやり直してください。',
  ],
  sealing_off: [
    '封印はオフです',
    'このサーバーにはログの鍵がないため、何も封印されず、証明もできません。運営者が設定できます。',
  ],
  draft_unknown: ['下書きが見つかりません', 'この ID の価格表の下書きはありません。'],
  draft_outdated: [
    '下書きが変更されました',
    '指定した版の後に、別の人が下書きを変更、公開、または破棄しました。読み直してから判断してください。',
  ],
  second_person_needed: [
    '二人目の承認が必要です',
    '価格表は一人が下書きし、別の人が自分のトークンで承認します。何も公開されていません。',
  ],
  archive_unavailable: [
    'アーカイブが応答しません',
    '必要な記録はアーカイブにありますが、そのファイルがないか、壊れているか、別のものです。何も決定、課金、消失していません。',
  ],
  verify_running: [
    '検証の実行中です',
    '検証は一度に一つだけ実行されます。実行中のものを見るか、終わってから始めてください。',
  ],
  job_unknown: ['ジョブが見つかりません', 'このサーバーにこの名前のジョブはありません。'],
  verify_run_unknown: ['検証の実行が見つかりません', 'この ID の検証の実行はありません。'],
  usage_catching_up: [
    '集計が追いついていません',
    'この版より前の呼び出しを集計しています。少し待ってからもう一度お試しください。そのたびに進みます。',
  ],
  view_unknown: ['表示が見つかりません', 'この ID の保存した表示で、変更できるものはありません。'],
  view_limit_reached: [
    '保存した表示が多すぎます',
    'このアカウントで保存できる表示の上限に達しています。先に一つ削除してください。',
  ],
  export_unknown: [
    '書き出しが見つかりません',
    'この ID の書き出しで、閲覧できるものはありません。',
  ],
  export_not_ready: [
    'ファイルがありません',
    'ファイルはまだ作成されていないか、保存期限が過ぎて削除されました。どちらかは書き出しの `state` にあります。',
  ],
  export_limit_reached: [
    '書き出しが多すぎます',
    'このアカウントで同時に作成できる書き出しの上限に達しています。一つ終わってからもう一度お試しください。',
  ],
}
