import type { ReactNode } from 'react'
import css from './overview.module.css'

/** A named list; nothing at all where it is empty. */
export function Group<Item>({
  title,
  items,
  keyOf,
  more,
  children,
}: {
  readonly title: string
  readonly items: readonly Item[]
  readonly keyOf: (item: Item) => string
  /** Where the rest is. */
  readonly more?: ReactNode
  readonly children: (item: Item) => ReactNode
}) {
  if (items.length === 0) return null
  return (
    <div className={css.group}>
      <h3>{title}</h3>
      <ul className={css.plain}>
        {items.map((item) => (
          <li key={keyOf(item)}>{children(item)}</li>
        ))}
      </ul>
      {more}
    </div>
  )
}
