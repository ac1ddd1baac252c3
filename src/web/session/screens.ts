import type { Area } from '../app/screens.ts'

/** Signing in, and what keeps it safe: of nobody’s account. */
export const sessionArea: Area = {
  id: 'session',
  base: '',
  title: { en: 'Sign-in', ja: 'サインイン' },
  screens: [],
}
