import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons.tsx'
import css from './state-word.module.css'

export type Tone = 'ok' | 'warn' | 'danger' | 'muted' | 'accent'

const ICONS: Readonly<Record<Tone, IconName>> = {
  ok: 'check',
  warn: 'warn',
  danger: 'stop',
  muted: 'info',
  accent: 'info',
}

/** A state as a word, a shape and a colour: never the colour alone. */
export function StateWord({
  tone,
  icon = ICONS[tone],
  children,
}: {
  readonly tone: Tone
  readonly icon?: IconName
  readonly children: ReactNode
}) {
  return (
    <span className={css.state} data-tone={tone}>
      <Icon name={icon} /> {children}
    </span>
  )
}

/** A value on a ground of its own: a model, a key, a funding source. */
export function Chip({
  children,
  source,
}: {
  readonly children: ReactNode
  readonly source?: 'plan' | 'bundle' | 'promo' | 'prepaid' | 'overage' | 'not-billed'
}) {
  return (
    <span className={css.chip} data-source={source}>
      {children}
    </span>
  )
}
