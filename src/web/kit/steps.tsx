import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons.tsx'
import css from './steps.module.css'

export interface Step {
  readonly id: string
  readonly title: ReactNode
  readonly detail?: ReactNode
  readonly state: 'done' | 'now' | 'ahead' | 'failed' | 'passed_over'
}

const ICONS: Readonly<Record<Step['state'], IconName>> = {
  done: 'check',
  now: 'right',
  ahead: 'clock',
  failed: 'cross',
  passed_over: 'left',
}

/** What happened, or will, one below the other in order: a tracker, a trace, a history. */
export function Steps({
  steps,
  name,
  stateWords,
}: {
  readonly steps: readonly Step[]
  readonly name: string
  /** What each state is called: read aloud before the step. */
  readonly stateWords?: Partial<Record<Step['state'], string>>
}) {
  return (
    <ol className={css.steps} aria-label={name}>
      {steps.map(({ id, title, detail, state }) => (
        <li key={id} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
          <span className={css.mark}>
            <Icon name={ICONS[state]} {...labelOf(stateWords?.[state])} />
          </span>
          <div className={css.text}>
            <div className={css.title}>{title}</div>
            {detail && <div className={css.detail}>{detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  )
}

const labelOf = (label: string | undefined) => (label === undefined ? {} : { label })
