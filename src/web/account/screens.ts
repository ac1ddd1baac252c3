import type { Area } from '../app/screens.ts'

/** What an account holder sees; people of the operator see it too, where they may. */
export const accountArea: Area = {
  id: 'account',
  base: '/a/$account',
  title: { en: 'Account', ja: 'アカウント' },
  screens: [
    {
      id: 'overview',
      path: '',
      title: { en: 'Overview', ja: '概要' },
      load: () => import('./overview/overview.tsx'),
      nav: { icon: 'overview', key: 'o' },
      permission: 'use_read',
    },
    {
      id: 'statements',
      path: 'statements',
      title: { en: 'Statements', ja: '明細書' },
      load: () => import('./statements/statements.tsx'),
      nav: { icon: 'statement', key: 's' },
      permission: 'money_read',
    },
    {
      id: 'statement',
      path: 'statements/$statement',
      title: { en: 'Statement', ja: '明細書' },
      load: () => import('./statements/statement.tsx'),
      permission: 'money_read',
    },
    {
      id: 'payment',
      path: 'payment',
      title: { en: 'Cards and purchases', ja: 'カードと購入' },
      load: () => import('./payment/payment.tsx'),
      permission: 'money_read',
    },
  ],
}
