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
      id: 'controls',
      path: 'controls',
      title: { en: 'Spend controls', ja: '利用の管理' },
      load: () => import('./controls/controls.tsx'),
      nav: { icon: 'cap', key: 'c' },
      permission: 'caps_read',
    },
    {
      id: 'credits',
      path: 'credits',
      title: { en: 'Credits', ja: 'クレジット' },
      load: () => import('./credits/credits.tsx'),
      nav: { icon: 'credit', key: 'k' },
      permission: 'use_read',
    },
    {
      id: 'disputes',
      path: 'disputes',
      title: { en: 'Disputes', ja: '異議と返金' },
      load: () => import('./disputes/disputes.tsx'),
      nav: { icon: 'dispute', key: 'd' },
      permission: 'cases_read',
    },
    {
      id: 'dispute',
      path: 'disputes/$case',
      title: { en: 'Case', ja: 'ケース' },
      load: () => import('./disputes/dispute.tsx'),
      permission: 'cases_read',
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
    {
      id: 'team',
      path: 'team',
      title: { en: 'Team', ja: 'チーム' },
      load: () => import('./team/team.tsx'),
      nav: { icon: 'team', key: 't' },
      permission: 'projects_read',
    },
  ],
}
