import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useId, useMemo, useState } from 'react'
import { Dialog, Icon } from '../kit/index.ts'
import { shellWords } from '../words/shell.ts'
import { hrefOf } from './href.ts'
import css from './palette.module.css'
import { useLang } from './preferences.ts'
import type { Area, Screen } from './screens.ts'
import { useMay } from './session.ts'
import { useWords } from './words.ts'

interface Target {
  readonly id: string
  readonly label: string
  readonly href: string
}

interface PaletteProps {
  readonly area: Area
  readonly screens: readonly Screen[]
  readonly account: string | undefined
  readonly open: boolean
  readonly onClose: () => void
}

/** Any screen by a few letters of its name, and whatever has an id by that id. */
export function Palette(props: PaletteProps) {
  const words = useWords(shellWords)
  const { open, onClose } = props
  return (
    <Dialog title={words.palette} open={open} onClose={onClose}>
      <Finder {...props} />
    </Dialog>
  )
}

/** Made anew each time the palette opens, so it begins empty. */
function Finder(props: PaletteProps) {
  const words = useWords(shellWords)
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const listId = useId()
  const targets = useTargets(text, props)
  const go = (target: Target | undefined): void => {
    if (!target) return
    props.onClose()
    void navigate({ href: target.href })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt((before) => (before + step + targets.length) % Math.max(1, targets.length))
    }
    if (event.key === 'Enter') go(targets[at])
  }
  const chosen = targets[at]
  return (
    <>
      <input
        className={css.input}
        type="text"
        role="combobox"
        aria-label={words.paletteHint}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={chosen && `${listId}-${chosen.id}`}
        placeholder={words.paletteHint}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <Options id={listId} targets={targets} at={at} onChoose={go} />
      {targets.length === 0 && <p>{words.paletteNone}</p>}
    </>
  )
}

function Options({
  id,
  targets,
  at,
  onChoose,
}: {
  readonly id: string
  readonly targets: readonly Target[]
  readonly at: number
  readonly onChoose: (target: Target) => void
}) {
  const words = useWords(shellWords)
  return (
    <div id={id} role="listbox" aria-label={words.palette} className={css.list}>
      {targets.map((target, index) => (
        <button
          key={target.id}
          id={`${id}-${target.id}`}
          type="button"
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onClick={() => onChoose(target)}
        >
          <Icon name="right" /> {target.label}
        </button>
      ))}
    </div>
  )
}

function useTargets(text: string, { screens, area, account }: PaletteProps): readonly Target[] {
  const lang = useLang()
  const seesCases = useMay()('cases_work')
  return useMemo(() => {
    const wanted = text.trim().toLowerCase()
    const own = screens
      .map((screen) => ({
        id: screen.id,
        label: screen.title[lang],
        href: hrefOf(area, screen, account),
      }))
      .filter(({ id, label }) => `${label} ${id}`.toLowerCase().includes(wanted))
    return [...idTargets(text.trim(), account, seesCases), ...own]
  }, [text, screens, lang, area, account, seesCases])
}

/** Ids say what they are of. */
function idTargets(text: string, account: string | undefined, seesCases: boolean): Target[] {
  const target = (href: string): Target[] => [{ id: text, label: text, href }]
  if (/^rcpt_[\w.:-]+$/.test(text))
    return target(account === undefined ? `/r/${text}` : `/a/${account}/receipts/${text}`)
  if (/^call_[\w.:-]+$/.test(text) && account !== undefined)
    return target(`/a/${account}/receipts/rcpt_${text.slice('call_'.length)}`)
  if (/^acct_[\w.:-]+$/.test(text)) return target(`/a/${text}`)
  if (/^case_[\w.:-]+$/.test(text) && seesCases) return target(`/support/cases/${text}`)
  if (/^case_[\w.:-]+$/.test(text) && account !== undefined)
    return target(`/a/${account}/disputes/${text}`)
  return []
}
