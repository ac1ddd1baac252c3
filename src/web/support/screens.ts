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
  ],
}
