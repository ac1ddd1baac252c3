import type { ReactNode } from 'react'
import { Button, type Column, Table } from '../kit/index.ts'
import type { BurnProps } from './burn-line.tsx'
import type { FunnelProps, FunnelStep } from './funnel.tsx'
import type { LinesProps } from './lines.tsx'
import type { Bucket, Point } from './model.ts'
import type { BarsProps } from './stacked-bars.tsx'
import { useBucketTime, useMoment } from './units.ts'

/** The figures of `StackedBars`, a row per interval; a row opens what a click on its bar would. */
export function BarsTable({
  name,
  series,
  buckets,
  width,
  unit,
  zone,
  onPick,
  timeLabel,
}: BarsProps & {
  readonly timeLabel: string
}) {
  const { full } = useBucketTime(width, zone)
  const columns: Column<Bucket>[] = [
    {
      id: 'at',
      label: timeLabel,
      cell: (bucket) =>
        onPick ? (
          <Button kind="quiet" size="small" onClick={() => onPick(bucket)}>
            {full(bucket.at)}
          </Button>
        ) : (
          full(bucket.at)
        ),
    },
    ...series.map(
      ({ id, label }): Column<Bucket> => ({
        id,
        label,
        numeric: true,
        cell: ({ values }): ReactNode => unit.text(values[id] ?? '0'),
      }),
    ),
  ]
  return (
    <Table
      name={name}
      columns={columns}
      rows={buckets}
      rowKey={({ at }) => at}
      {...(onPick && { onOpen: onPick })}
    />
  )
}

/** The figures of `Lines`: a row per moment. */
export function LinesTable({
  name,
  series,
  width,
  unit,
  timeLabel,
  unknown,
}: LinesProps & { readonly timeLabel: string; readonly unknown: string }) {
  const { full } = useBucketTime(width)
  const moments = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].sort()
  const columns: Column<string>[] = [
    { id: 'at', label: timeLabel, cell: full },
    ...series.map(({ id, label, points }): Column<string> => {
      const values = new Map(points.map(({ at, value }) => [at, value]))
      return {
        id,
        label,
        numeric: true,
        cell: (at) => {
          const value = values.get(at) ?? null
          return value === null ? unknown : unit.text(value)
        },
      }
    }),
  ]
  return <Table name={name} columns={columns} rows={moments} rowKey={(at) => at} />
}

/** The figures of `BurnLine`: what was, then what is foreseen. */
export function BurnTable({
  name,
  actual,
  forecast = [],
  labels,
  unit,
  timeLabel,
}: BurnProps & { readonly timeLabel: string }) {
  const moment = useMoment()
  const rows = [
    ...actual.map((point) => ({ ...point, kind: labels.actual })),
    ...forecast.map((point) => ({ ...point, kind: labels.forecast })),
  ]
  type BurnRow = Point & { readonly kind: string }
  const columns: Column<BurnRow>[] = [
    { id: 'at', label: timeLabel, cell: ({ at }) => moment(at) },
    { id: 'kind', label: '', cell: ({ kind }) => kind },
    {
      id: 'value',
      label: name,
      numeric: true,
      cell: ({ value }) => (value === null ? '?' : unit.text(value)),
    },
  ]
  return (
    <Table name={name} columns={columns} rows={rows} rowKey={({ at, kind }) => `${kind} ${at}`} />
  )
}

/** The figures of `Funnel`. */
export function FunnelTable({
  name,
  steps,
  unit,
  notCounted,
  stepLabel,
  countLabel,
}: FunnelProps & { readonly stepLabel: string; readonly countLabel: string }) {
  const columns: Column<FunnelStep>[] = [
    { id: 'step', label: stepLabel, cell: ({ label }) => label },
    {
      id: 'count',
      label: countLabel,
      numeric: true,
      cell: ({ value }) => (value === null ? notCounted : unit.text(value)),
    },
  ]
  return <Table name={name} columns={columns} rows={steps} rowKey={({ id }) => id} />
}
