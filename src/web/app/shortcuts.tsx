import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Dialog } from '../kit/index.ts'
import { shellWords } from '../words/shell.ts'
import { AREAS } from './areas.ts'
import { hrefOf } from './href.ts'
import { usePreferences } from './preferences.ts'
import type { Screen } from './screens.ts'
import css from './shortcuts.module.css'
import { useWords } from './words.ts'

interface Doing {
  readonly account: string | undefined
  readonly open: (what: 'palette' | 'keys') => void
}

const SEQUENCE_MS = 1_200
/** Before all time: 0 would be the first second of the page, in which every letter would follow a `g`. */
const NEVER = Number.NEGATIVE_INFINITY

/** Where a letter is text, or belongs to a control. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest('input, textarea, select, dialog') !== null)

/** `Ctrl K`, `?`, `g` and a letter, `/`, `e`, `j` and `k`: the whole keyboard of the app in one place. */
export function useShortcuts(screens: readonly Screen[], { account, open }: Doing): void {
  const navigate = useNavigate()
  const goSince = useRef(NEVER)
  useEffect(() => {
    const go = (key: string): boolean => {
      const screen = screens.find(({ nav }) => nav?.key === key)
      const area = screen && AREAS.find(({ screens: own }) => own.includes(screen))
      if (!screen || !area) return false
      void navigate({ href: hrefOf(area, screen, account) })
      return true
    }
    const simple: Readonly<Record<string, () => void>> = {
      '?': () => open('keys'),
      g: () => {
        goSince.current = performance.now()
      },
      '/': () => document.querySelector<HTMLElement>('[data-filter]')?.focus(),
      e: () => document.querySelector<HTMLElement>('[data-export]')?.click(),
      j: () => moveRow(1),
      k: () => moveRow(-1),
    }
    const onLetter = (event: KeyboardEvent): void => {
      const isSequence = performance.now() - goSince.current < SEQUENCE_MS
      goSince.current = NEVER
      const done = isSequence && go(event.key)
      const act = done ? () => {} : simple[event.key]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    const onKey = (event: KeyboardEvent): void => {
      const isChord = event.ctrlKey || event.metaKey
      if (isChord && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        open('palette')
      } else if (!isChord && !event.altKey && !isTyping(event.target)) onLetter(event)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [screens, account, open, navigate])
}

/** To the next row that can be opened, by the first link or button in it. */
function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')]
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const row = rows[at < 0 && step < 0 ? rows.length - 1 : at + step]
  const target = row?.querySelector<HTMLElement>('a, button') ?? row
  target?.focus()
  row?.scrollIntoView({ block: 'nearest' })
}

export function ShortcutsHelp({
  screens,
  open,
  onClose,
}: {
  readonly screens: readonly Screen[]
  readonly open: boolean
  readonly onClose: () => void
}) {
  const words = useWords(shellWords)
  const { lang } = usePreferences()
  const rows: readonly (readonly [string, string])[] = [
    ['Ctrl K', words.keys.palette],
    ['?', words.keys.help],
    ['j  k', words.keys.rows],
    ['Enter', words.keys.open],
    ['/', words.keys.filter],
    ['e', words.keys.export],
    ...screens.flatMap(({ nav, title }) =>
      nav?.key ? [[`g ${nav.key}`, words.keys.goTo(title[lang])] as const] : [],
    ),
  ]
  return (
    <Dialog title={words.shortcuts} open={open} onClose={onClose}>
      <dl className={css.keys}>
        {rows.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
