import { type ReactNode, useId } from 'react'
import { AsOf } from './as-of.tsx'
import css from './panel.module.css'

interface PanelProps {
  readonly title: string
  /** Links and buttons at the head. */
  readonly actions?: ReactNode
  /** Of the answer that it shows: said at its foot. */
  readonly asOf?: { readonly as_of: string; readonly seq?: number } | undefined
  readonly children: ReactNode
}

/** A part of a screen with a name, and the age of what it shows. */
export function Panel({ title, actions, asOf, children }: PanelProps) {
  const id = useId()
  return (
    <section className={css.panel} aria-labelledby={id}>
      <header className={css.head}>
        <h2 id={id}>{title}</h2>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
      {asOf && (
        <footer className={css.foot}>
          <AsOf {...asOf} />
        </footer>
      )}
    </section>
  )
}

/** A part that is opened when it is wanted. */
export function Disclosure({
  title,
  open = false,
  children,
}: {
  readonly title: ReactNode
  readonly open?: boolean
  readonly children: ReactNode
}) {
  return (
    <details className={css.disclosure} open={open}>
      <summary>{title}</summary>
      <div className={css.disclosed}>{children}</div>
    </details>
  )
}
