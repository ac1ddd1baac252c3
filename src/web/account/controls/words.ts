import { wordsOf } from '../../app/words.ts'

export const controlWords = wordsOf(
  {
    title: 'Spend controls',
    lead: 'What can be spent, and by whom.',
    views: 'Views',
    tabs: { limits: 'Limits', reload: 'Auto-reload', estimate: 'What if' },
  },
  {
    title: '利用の管理',
    lead: '誰がいくらまで使えるかを管理します。',
    views: '表示',
    tabs: { limits: '上限', reload: '自動チャージ', estimate: '見積もり' },
  },
)
