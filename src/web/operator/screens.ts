import type { Area } from '../app/screens.ts'

export const operatorArea: Area = {
  id: 'operator',
  base: '/operator',
  title: { en: 'Operator', ja: '運営' },
  screens: [
    {
      id: 'reconciliation',
      path: 'reconciliation',
      title: { en: 'Reconciliation', ja: '照合' },
      load: () => import('./reconciliation/reconciliation.tsx'),
      nav: { icon: 'reconcile', key: 'r' },
      permission: 'reconciliation',
    },
  ],
}
