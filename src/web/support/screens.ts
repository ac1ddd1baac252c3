import type { Area } from '../app/screens.ts'

export const supportArea: Area = {
  id: 'support',
  base: '/support',
  title: { en: 'Support', ja: 'サポート' },
  screens: [
    {
      id: 'queue',
      path: '',
      title: { en: 'Queue', ja: 'キュー' },
      load: () => import('./queue/queue.tsx'),
      nav: { icon: 'queue', key: 'q' },
      permission: 'cases_work',
    },
    {
      id: 'case',
      path: 'cases/$case',
      title: { en: 'Case', ja: 'ケース' },
      load: () => import('./case/case.tsx'),
      permission: 'cases_work',
    },
    {
      id: 'accounts',
      path: 'accounts',
      title: { en: 'Accounts', ja: 'アカウント' },
      load: () => import('./accounts/accounts.tsx'),
      nav: { icon: 'person', key: 'a' },
      permission: 'cases_work',
    },
    {
      id: 'timeline',
      path: 'accounts/$account',
      title: { en: 'Timeline of an account', ja: 'アカウントの履歴' },
      load: () => import('./timeline/timeline.tsx'),
      permission: 'cases_work',
    },
    {
      id: 'explain',
      path: 'explain',
      title: { en: 'Explain', ja: '説明' },
      load: () => import('./explain/explain.tsx'),
      nav: { icon: 'explain', key: 'e' },
      permission: 'cases_work',
    },
  ],
}
