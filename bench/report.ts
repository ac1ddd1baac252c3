import type { Result } from './rounds.ts'
import type { Section, Target } from './section.ts'

const count = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1)

const ms = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : value.toFixed(value < 10 ? 2 : 1)

const HEAD = [
  '',
  'per second',
  'least to most',
  'p50 ms',
  'p99 ms',
  'node µs',
  'PG µs',
  'per commit',
  'verify',
]

function rowOf(result: Result): string[] {
  const { rates, perCommit, conflicts } = result
  const lost = conflicts !== undefined && conflicts > 0 ? `, ${count(conflicts)} lost` : ''
  return [
    result.name,
    count(result.rate),
    rates.length > 1 ? `${count(Math.min(...rates))} to ${count(Math.max(...rates))}` : '',
    ms(result.p50Ms),
    ms(result.p99Ms),
    count(result.nodeCpuUs),
    result.serverCpuUs === null ? '' : count(result.serverCpuUs),
    perCommit === undefined ? firstByteOf(result) : `${count(perCommit)}${lost}`,
    result.verdict === null ? '' : result.verdict.text,
  ]
}

const firstByteOf = ({ firstByteP50Ms }: Result): string =>
  firstByteP50Ms === undefined ? '' : `first byte ${ms(firstByteP50Ms)} ms`

export function sectionText(section: Section): string {
  const rows = section.results.map(rowOf)
  return [
    '',
    section.title,
    ...section.notes.map((note) => `  ${note}`),
    '',
    ...tableLines([HEAD, ...rows]),
    ...(section.curve ? ['', ...tableLines(section.curve)] : []),
    ...(section.targets.length > 0 ? [''] : []),
    ...tableLines(section.targets.map(targetRow)),
  ].join('\n')
}

function targetRow({ what, asked, measured, unit, reached }: Target): string[] {
  const verdict = reached === null ? 'not measured' : reached ? 'reached' : 'MISSED'
  return [what, asked, measured === null ? '' : `${measured.toFixed(2)} ${unit}`, verdict]
}

/** Numbers to the right; the first and the last column to the left. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const left = column === 0 || column === row.length - 1
        return left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
      })
      .join('  ')
      .trimEnd(),
  )
}
