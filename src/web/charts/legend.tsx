import { useId } from 'react'
import css from './charts.module.css'
import type { Series } from './model.ts'
import { Patterns } from './patterns.tsx'

/** Names of the series with their colour and pattern: where there is no room beside the drawing. */
export function Legend({ series }: { readonly series: readonly Series[] }) {
  const id = useId()
  return (
    <ul className={css.legend}>
      {series.map(({ id: key, label, tone }, index) => (
        <li key={key}>
          <svg width="16" height="12" aria-hidden="true">
            {index === 0 && <Patterns id={id} />}
            <rect width="16" height="12" fill={`url(#${id}-${tone})`} />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  )
}
