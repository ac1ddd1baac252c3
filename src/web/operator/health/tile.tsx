import { useId } from 'react'
import type { Answer } from '../../../client/index.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Sparkline } from '../../charts/index.ts'
import {
  type Column,
  Disclosure,
  Facts,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import css from './health.module.css'
import { healthScreenWords } from './words.ts'

export type Health = Answer<'getHealth'>
export type HealthTile = Health['items'][number]

const TONES: Readonly<Record<HealthTile['state'], Tone>> = {
  ok: 'ok',
  warn: 'warn',
  alarm: 'danger',
  unknown: 'muted',
}

/** A value in the unit of its tile, as text. */
export function useValueText(): (value: number | null, unit: HealthTile['unit']) => string {
  const lang = useLang()
  const words = useWords(healthScreenWords)
  return (value, unit) =>
    value === null
      ? words.notMeasured
      : `${new Intl.NumberFormat(lang).format(value)} ${words.units[unit]}`.trim()
}

export function Tile({ tile }: { readonly tile: HealthTile }) {
  const words = useWords(healthScreenWords)
  const text = useValueText()
  const id = useId()
  const { warn, alarm, bad } = tile.threshold
  const limits = words[bad](text(warn, tile.unit), text(alarm, tile.unit))
  return (
    <article className={css.tile} data-state={tile.state} aria-labelledby={id}>
      <div className={css.head}>
        <h3 id={id}>{tile.name}</h3>
        <StateWord tone={TONES[tile.state]}>{tile.says}</StateWord>
      </div>
      <Value tile={tile} />
      <History tile={tile} />
      <p className={css.small}>
        {words.since} <Time at={tile.since} />
        <br />
        {limits}
      </p>
      <Disclosure title={words.more}>
        <p>{tile.means}</p>
        <Facts
          rows={[
            [words.first, tile.first],
            [words.runbook, <code key="runbook">{tile.runbook}</code>],
            ...detailRows(tile, words.details),
          ]}
        />
        <HistoryTable tile={tile} />
      </Disclosure>
    </article>
  )
}

function Value({ tile }: { readonly tile: HealthTile }) {
  const lang = useLang()
  const words = useWords(healthScreenWords)
  if (tile.value === null) return <p className={css.small}>{words.notMeasured}</p>
  return (
    <p className={css.value}>
      {new Intl.NumberFormat(lang).format(tile.value)}
      <span className={css.unit}>{words.units[tile.unit]}</span>
    </p>
  )
}

const detailRows = (
  { details }: HealthTile,
  names: Readonly<Record<string, string>>,
): (readonly [string, string])[] =>
  Object.entries(details).flatMap(([name, value]) =>
    value === null ? [] : [[names[name] ?? name, String(value)] as const],
  )

/** The last hour in a line, where there is one to be drawn. */
function History({ tile }: { readonly tile: HealthTile }) {
  const words = useWords(healthScreenWords)
  const values = tile.history.map(({ value }) => (value === null ? null : value.toFixed(3)))
  if (values.filter((value) => value !== null).length < 2) return null
  return <Sparkline name={words.history(tile.name)} values={values} width={SPARK_WIDTH} />
}

const SPARK_WIDTH = 220

type Sample = HealthTile['history'][number]

function HistoryTable({ tile }: { readonly tile: HealthTile }) {
  const words = useWords(healthScreenWords)
  const text = useValueText()
  if (tile.history.length === 0) return null
  const columns: readonly Column<Sample>[] = [
    { id: 'at', label: words.when, cell: ({ at }) => <Time at={at} form="time" /> },
    {
      id: 'value',
      label: words.value,
      numeric: true,
      cell: ({ value }) => text(value, tile.unit),
    },
  ]
  return (
    <Disclosure title={words.history(tile.name)}>
      <Table
        name={words.history(tile.name)}
        columns={columns}
        rows={[...tile.history].reverse()}
        rowKey={({ at }) => at}
      />
    </Disclosure>
  )
}
