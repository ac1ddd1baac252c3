import type { ReactNode } from 'react'
import css from './card.module.css'

/** One thing among others of its kind, inside a panel: its name, its state, what can be done. */
export function Card({
  title,
  mark,
  actions,
  faded = false,
  children,
}: {
  readonly title: ReactNode
  /** At the far side of the title: a state, an amount. */
  readonly mark?: ReactNode
  readonly actions?: ReactNode
  /** It is over: still to be read, no longer in use. */
  readonly faded?: boolean
  readonly children: ReactNode
}) {
  return (
    <li className={css.card} data-faded={faded || undefined} data-row>
      <div className={css.head}>
        <h3>{title}</h3>
        {mark}
      </div>
      {children}
      {actions && <div className={css.actions}>{actions}</div>}
    </li>
  )
}

/** Cards beside one another where there is room. */
export function Cards({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <ul className={css.cards} aria-label={name}>
      {children}
    </ul>
  )
}
