import { wordsOf } from '../../app/words.ts'

export const controlWords = wordsOf(
  {
    title: 'Spend controls',
    lead: 'What can be spent, and by whom.',
    views: 'Views',
    tabs: { limits: 'Limits', reload: 'Auto-reload', estimate: 'What if' },
    alerts: 'Alerts',
    overtaken: 'Somebody else has changed this meanwhile',
    overtakenBy: 'Changed by',
    theirs: 'It is now',
    yours: 'Yours would be',
    overtakenNext: 'Nothing was changed. Save again to set yours, or leave it to keep theirs.',
  },
  {
    title: '利用の管理',
    lead: '誰がいくらまで使えるかを管理します。',
    views: '表示',
    tabs: { limits: '上限', reload: '自動チャージ', estimate: '見積もり' },
    alerts: '通知',
    overtaken: 'その間に別の人が変更しました',
    overtakenBy: '変更した人',
    theirs: '現在の設定',
    yours: 'あなたの変更',
    overtakenNext:
      '何も変更されていません。あなたの変更にする場合はもう一度保存し、そのままにする場合は閉じてください。',
  },
)
