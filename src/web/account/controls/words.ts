import { wordsOf } from '../../app/words.ts'

export const controlWords = wordsOf(
  {
    title: 'Spend controls',
    lead: 'What can be spent, by whom, and who is told of it.',
    views: 'Views',
    tabs: { limits: 'Limits', alerts: 'Alerts', reload: 'Auto-reload', estimate: 'What if' },
  },
  {
    title: '利用の管理',
    lead: '誰がいくらまで使えるか、誰に知らせるかを管理します。',
    views: '表示',
    tabs: { limits: '上限', alerts: '通知', reload: '自動チャージ', estimate: '見積もり' },
  },
)
