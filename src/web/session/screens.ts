import type { Area } from '../app/screens.ts'

/** Signing in, and what keeps it safe: of nobody’s account. */
export const sessionArea: Area = {
  id: 'session',
  base: '',
  title: { en: 'Sign-in', ja: 'サインイン' },
  screens: [
    {
      id: 'sign-in',
      path: 'sign-in',
      title: { en: 'Sign in', ja: 'サインイン' },
      load: () => import('./sign-in/sign-in.tsx'),
    },
    {
      id: 'provider-return',
      path: 'sign-in/oidc',
      title: { en: 'Sign in', ja: 'サインイン' },
      load: () => import('./sign-in/provider-return.tsx'),
    },
    {
      id: 'portal',
      path: 'portal',
      title: { en: 'Account', ja: 'アカウント' },
      load: () => import('./sign-in/portal.tsx'),
    },
    {
      id: 'security',
      path: 'security',
      title: { en: 'Sign-in and security', ja: 'サインインとセキュリティ' },
      load: () => import('./security/security.tsx'),
    },
  ],
}
