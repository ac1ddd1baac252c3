import { type ReactNode, useState } from 'react'
import { useWords } from '../app/words.ts'
import { Choices, Panel } from '../kit/index.ts'
import { kitWords } from '../words/kit.ts'

/** A chart and the same figures as a table, whichever the reader wants. */
export function ChartPanel({
  title,
  actions,
  asOf,
  chart,
  table,
  children,
}: {
  readonly title: string
  readonly actions?: ReactNode
  readonly asOf?: { readonly as_of: string; readonly seq?: number } | undefined
  readonly chart: ReactNode
  readonly table: ReactNode
  /** Stays in both views: sums, notes. */
  readonly children?: ReactNode
}) {
  const words = useWords(kitWords)
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const choice = (
    <Choices
      label={title}
      value={view}
      options={[
        { value: 'chart', label: words.chart },
        { value: 'table', label: words.table },
      ]}
      onChange={setView}
    />
  )
  return (
    <Panel
      title={title}
      asOf={asOf}
      actions={
        <>
          {actions}
          {choice}
        </>
      }
    >
      {view === 'chart' ? chart : table}
      {children}
    </Panel>
  )
}
