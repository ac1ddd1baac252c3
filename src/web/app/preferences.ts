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

/** Of this tab alone: the language that the link of a portal has asked for. */
const TAB_KEY = 'everycent.lang'

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

function langOfTab(): string | null {
  try {
    return sessionStorage.getItem(TAB_KEY)
  } catch {
    // As above: the page keeps it while it is open.
    return null
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
    lang: chosen('lang', langOfTab(), langOf(from)),
    theme: chosen('theme', from.theme, 'system'),
    zone: chosen('zone', from.zone, 'local'),
  }
}

const langOf = (from: ReturnType<typeof stored>): Lang => chosen('lang', from.lang, browserLang())

let current: Preferences = initial()
const listeners = new Set<() => void>()

const darkWanted = matchMedia('(prefers-color-scheme: dark)')
const printed = matchMedia('print')

function scheme(): 'light' | 'dark' {
  const { theme } = current
  return theme === 'dark' || (theme === 'system' && darkWanted.matches) ? 'dark' : 'light'
}

function apply(): void {
  document.documentElement.lang = current.lang
  document.documentElement.dataset.theme = scheme()
}

apply()
for (const medium of [darkWanted, printed]) medium.addEventListener('change', () => renew(current))

// Another tab of this browser has chosen differently: the choice is of the browser, not of the tab.
addEventListener('storage', ({ key }) => {
  if (key === KEY) renew(initial())
})

export function setPreferences(change: Partial<Preferences>): void {
  const next = { ...current, ...change }
  if (change.lang !== undefined) keepInTab(null)
  // What a portal has asked for is no choice of the person.
  const kept = langOfTab() === null ? next : { ...next, lang: langOf(stored()) }
  try {
    localStorage.setItem(KEY, JSON.stringify(kept))
  } catch {
    // It holds for this page then.
  }
  renew(next)
}

function keepInTab(lang: Lang | null): void {
  try {
    if (lang === null) sessionStorage.removeItem(TAB_KEY)
    else sessionStorage.setItem(TAB_KEY, lang)
  } catch {
    // As above.
  }
}

/** Shows this tab in the language of a portal's link, and changes no choice; `null`: in the chosen one again. */
export function openIn(lang: Lang | null): void {
  keepInTab(lang)
  renew({ ...current, lang: lang ?? langOf(stored()) })
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

/** Which of the two sets of colours is shown; on paper it is the light one, as the style sheet has it too. */
export const useScheme = (): 'light' | 'dark' =>
  useSyncExternalStore(subscribe, () => (printed.matches ? 'light' : scheme()))

export const useLang = (): Lang => usePreferences().lang

/** IANA name of the zone in which times are shown. */
export function useTimeZone(): string {
  const { zone } = usePreferences()
  return zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** For whom the server writes sentences: asked with everything that has some, and part of its key. */
export function useReader() {
  const lang = useLang()
  return { lang, time_zone: useTimeZone() } as const
}
