import type { Area } from '../app/screens.ts'

export const operatorArea: Area = {
  id: 'operator',
  base: '/operator',
  title: { en: 'Operator', ja: '運営' },
  screens: [],
}
