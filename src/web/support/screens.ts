import type { Area } from '../app/screens.ts'

export const supportArea: Area = {
  id: 'support',
  base: '/support',
  title: { en: 'Support', ja: 'サポート' },
  screens: [],
}
