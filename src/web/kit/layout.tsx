import type { CSSProperties, ReactNode } from 'react'
import css from './layout.module.css'

type Gap = 1 | 2 | 3 | 4 | 5 | 6

const gapOf = (gap: Gap): CSSProperties => ({ gap: `var(--gap-${gap})` })

interface BoxProps {
  readonly gap?: Gap
  readonly children: ReactNode
}

/** Below one another. */
export function Stack({ gap = 3, children }: BoxProps) {
  return (
    <div className={css.stack} style={gapOf(gap)}>
      {children}
    </div>
  )
}

/** Beside one another, wrapping where there is no room. `between`: the last one at the far side. */
export function Row({
  gap = 2,
  between = false,
  children,
}: BoxProps & { readonly between?: boolean }) {
  return (
    <div className={between ? css.rowBetween : css.row} style={gapOf(gap)}>
      {children}
    </div>
  )
}

/** Columns as many as fit, none narrower than `min` (CSS length); one where even that is too wide. */
export function Grid({ gap = 4, min = '280px', children }: BoxProps & { readonly min?: string }) {
  const columns = `repeat(auto-fit, minmax(min(${min}, 100%), 1fr))`
  return (
    <div className={css.grid} style={{ ...gapOf(gap), gridTemplateColumns: columns }}>
      {children}
    </div>
  )
}

/** A wide part and a narrow one beside it; below one another on small screens. */
export function Split({ main, aside }: { readonly main: ReactNode; readonly aside: ReactNode }) {
  return (
    <div className={css.split}>
      <div className={css.stack} style={gapOf(4)}>
        {main}
      </div>
      <div className={css.stack} style={gapOf(4)}>
        {aside}
      </div>
    </div>
  )
}

/** The head of a screen: its name, one sentence, and what can be done. */
export function PageHead({
  title,
  lead,
  actions,
}: {
  readonly title: ReactNode
  readonly lead?: ReactNode
  readonly actions?: ReactNode
}) {
  return (
    <header className={css.pageHead}>
      <div className={css.pageTitle}>
        <h1 tabIndex={-1}>{title}</h1>
        {lead && <div className={css.lead}>{lead}</div>}
      </div>
      {actions && <div className={css.row}>{actions}</div>}
    </header>
  )
}

export function Muted({ children }: { readonly children: ReactNode }) {
  return <span className={css.muted}>{children}</span>
}

/** Names and values below one another: `[[name, value], …]`. */
export function Facts({
  rows,
}: {
  readonly rows: readonly (readonly [name: string, value: ReactNode])[]
}) {
  return (
    <dl className={css.facts}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
