import type { USAGE_PROBLEMS } from '../usage-problems.ts'
import type { Words } from './words.ts'

/** The explorer, saved views and exports. */
export const JA_USAGE: Readonly<Record<keyof typeof USAGE_PROBLEMS, Words>> = {
  usage_catching_up: [
    '集計が追いついていません',
    'この版より前の呼び出しを集計しているところです。少し待ってやり直してください。そのたびに先へ進みます。',
  ],
  view_unknown: [
    '保存したビューが見つかりません',
    'この ID のビューがないか、変更できないビューです。',
  ],
  view_limit_reached: [
    '保存したビューが多すぎます',
    'このアカウントで保存できるビューの数に達しています。先に 1 つ削除してください。',
  ],
  export_unknown: [
    'エクスポートが見つかりません',
    'この ID のエクスポートがないか、見ることのできないエクスポートです。',
  ],
  export_not_ready: [
    'ファイルがありません',
    'まだ作成中か、期限が過ぎて削除されました。エクスポートの `state` で分かります。',
  ],
  export_limit_reached: [
    'エクスポートが多すぎます',
    '同時に作成できるエクスポートの数に達しています。1 つ終わってからやり直してください。',
  ],
}
