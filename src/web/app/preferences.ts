import { useSyncExternalStore } from 'react'

/** What a person has chosen for this browser. */
export interface Preferences {
  readonly lang: 'en' | 'ja'
  readonly theme: 'system' | 'light' | 'dark'
  readonly zone: 'local' | 'utc'
}

export type Lang = Preferences['lang']

const KEY = 'everycent.preferences'
const CHOICES = {
  lang: ['en', 'ja'],
  theme: ['system', 'light', 'dark'],
  zone: ['local', 'utc'],
} as const

const browserLang = (): Lang => (navigator.language.startsWith('ja') ? 'ja' : 'en')

function stored(): Partial<Record<keyof Preferences, unknown>> {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof read === 'object' && read !== null ? read : {}
  } catch {
    // Storage that is forbidden or broken: the defaults hold.
    return {}
  }
}

function chosen<Name extends keyof Preferences>(
  name: Name,
  value: unknown,
  otherwise: Preferences[Name],
): Preferences[Name] {
  return (CHOICES[name] as readonly unknown[]).includes(value)
    ? (value as Preferences[Name])
    : otherwise
}

function initial(): Preferences {
  const from = stored()
  return {
    lang: chosen('lang', from.lang, browserLang()),
    theme: chosen('theme', from.theme, 'system'),
    zone: chosen('zone', from.zone, 'local'),
  }
}

let current: Preferences = initial()
const listeners = new Set<() => void>()

const darkWanted = matchMedia('(prefers-color-scheme: dark)')

function apply(): void {
  const { lang, theme } = current
  const isDark = theme === 'dark' || (theme === 'system' && darkWanted.matches)
  document.documentElement.lang = lang
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
}

apply()
darkWanted.addEventListener('change', apply)

// Another tab of this browser has chosen differently: the choice is of the browser, not of the tab.
addEventListener('storage', ({ key }) => {
  if (key === KEY) renew(initial())
})

export function setPreferences(change: Partial<Preferences>): void {
  const next = { ...current, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(next))
  } catch {
    // It holds for this page then.
  }
  renew(next)
}

function renew(next: Preferences): void {
  current = next
  apply()
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, () => current)

export const useLang = (): Lang => usePreferences().lang

/** IANA name of the zone in which times are shown. */
export function useTimeZone(): string {
  const { zone } = usePreferences()
  return zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone
}
