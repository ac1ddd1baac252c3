import type { Area } from '../app/screens.ts'

export const operatorArea: Area = {
  id: 'operator',
  base: '/operator',
  title: { en: 'Operator', ja: '運営' },
  screens: [
    {
      id: 'health',
      path: '',
      title: { en: 'Health', ja: '稼働状況' },
      load: () => import('./health/health.tsx'),
      nav: { icon: 'health', key: 'h' },
      permission: 'operator',
    },
    {
      id: 'prices',
      path: 'prices',
      title: { en: 'Prices', ja: '価格表' },
      load: () => import('./prices/prices.tsx'),
      nav: { icon: 'prices', key: 'p' },
      permission: 'operator',
    },
    {
      id: 'plans',
      path: 'plans',
      title: { en: 'Plans', ja: 'プラン' },
      load: () => import('./plans/plans.tsx'),
      nav: { icon: 'plan', key: 'l' },
      permission: 'operator',
    },
    {
      id: 'audit',
      path: 'audit',
      title: { en: 'Audit and access', ja: '監査とアクセス' },
      load: () => import('./audit/audit.tsx'),
      nav: { icon: 'audit', key: 'a' },
      permission: 'operator',
    },
  ],
}
