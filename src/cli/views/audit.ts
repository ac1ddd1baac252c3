import { formatNanos, type Nanos } from '../../core/money/index.ts'
import { type Comparison, totalsOf } from '../../core/reconciliation/index.ts'
import { formatInstant } from '../../core/time/index.ts'
import type { BadRecord } from '../../imports/index.ts'
import type { AuditResult, ProviderAudit } from '../audit/run.ts'
import type { Context } from '../context.ts'
import { type Cell, exactMoney, renderTable } from '../render/index.ts'
import { words } from './receipt-parts.ts'

const SHOWN = 50
const BAD_SHOWN = 10

const exact = (amount: Nanos | null, currency: string): string =>
  amount === null ? '' : exactMoney(formatNanos(amount), currency)

export function auditLines(result: AuditResult, context: Context): string[] {
  return [
    ...findingTable(result, context),
    ...totalLines(result),
    ...result.providers.flatMap((own) => providerLines(own, context)),
  ]
}

function findingTable({ findings }: AuditResult, context: Context): string[] {
  if (findings.length === 0) return []
  const rows = findings
    .slice(0, SHOWN)
    .map((own): Cell[] => [
      words(own.rule),
      own.calls.join(', ') || String(own.evidence.charge ?? ''),
      exact(own.posted, own.currency),
      exact(own.expected, own.currency),
      { text: exact(own.difference, own.currency), tone: own.difference > 0n ? 'bad' : 'plain' },
      own.confidence,
    ])
  const more = findings.length - rows.length
  const table = renderTable(context.style, {
    columns: [
      { title: 'what', min: 12 },
      { title: 'calls', min: 8 },
      { title: 'charged', align: 'right', drop: 2 },
      { title: 'right', align: 'right', drop: 1 },
      { title: 'difference', align: 'right' },
      { title: 'how sure', drop: 3 },
    ],
    rows,
  })
  return [...table, ...(more > 0 ? [`and ${more} more: --json has all`] : []), '']
}

function totalLines({ totals, rounded, findings }: AuditResult): string[] {
  const lines = [...totals].flatMap(([currency, own]) => [
    `Charged: ${exact(own.charged, currency)} on ${own.charges} lines.`,
    ...(own.claimed > 0n ? [`Too much, for certain: ${exact(own.claimed, currency)}.`] : []),
    ...(own.doubtful > 0n ? [`Too much, to be checked: ${exact(own.doubtful, currency)}.`] : []),
    ...(own.under < 0n ? [`Too little: ${exact(-own.under as Nanos, currency)}.`] : []),
  ])
  return [
    ...lines,
    ...(rounded > 0 ? [`Off by the rounding of the bill only: ${rounded}.`] : []),
    ...(findings.length === 0 && totals.size > 0 ? ['Every charge is right.'] : []),
  ]
}

/** A report of a provider: sums, so that there are positions and no calls. */
export function providerLines({ provider, reconciled }: ProviderAudit, context: Context): string[] {
  const { comparisons, partDays } = reconciled
  const sums = totalsOf(comparisons)
  const open = comparisons.filter(({ variance }) => variance.total !== 0n)
  return [
    '',
    `Report of ${provider}: ${reconciled.days.length} whole ${reconciled.days.length === 1 ? 'day' : 'days'}.`,
    ...(partDays.length > 0
      ? [
          `Not compared, since covered in part: ${partDays.map((day) => formatInstant(day).slice(0, 10)).join(', ')}.`,
        ]
      : []),
    `Billed ${exact(sums.billed, 'USD')}, your calls ${exact(sums.own, 'USD')}: ${exact(sums.total, 'USD')} apart, ${exact(sums.quantity, 'USD')} by quantity and ${exact(sums.price, 'USD')} by price.`,
    ...(sums.unsplit === 0n
      ? []
      : [
          `Of that, ${exact(sums.unsplit, 'USD')} is where the report has costs without quantities: nobody can say which of the two it is.`,
        ]),
    ...[...sums.causes].map(([cause, amount]) => `  ${words(cause)}: ${exact(amount, 'USD')}`),
    `  unexplained: ${exact(sums.unexplained, 'USD')}`,
    ...(open.length > 0 ? ['', ...comparisonTable(open, context)] : []),
  ]
}

function comparisonTable(comparisons: readonly Comparison[], context: Context): string[] {
  const rows = comparisons
    .slice(0, SHOWN)
    .map(({ position, billed, own, variance, unexplained }): Cell[] => [
      formatInstant(position.day).slice(0, 10),
      position.model,
      words(position.kind),
      billed.quantity === null ? '' : String(billed.quantity),
      String(own.quantity),
      exact(variance.total, 'USD'),
      { text: exact(unexplained, 'USD'), tone: unexplained === 0n ? 'plain' : 'bad' },
    ])
  return renderTable(context.style, {
    columns: [
      { title: 'day' },
      { title: 'model', min: 8 },
      { title: 'kind', min: 8 },
      { title: 'billed for', align: 'right', drop: 2 },
      { title: 'in your calls', align: 'right', drop: 2 },
      { title: 'difference', align: 'right', drop: 1 },
      { title: 'unexplained', align: 'right' },
    ],
    rows,
  })
}

export const badLines = (bad: readonly BadRecord[]): string =>
  [
    `${bad.length} records could not be read, and nothing of them is counted:`,
    ...bad.slice(0, BAD_SHOWN).map(({ source, reason }) => `${source}: ${reason}`),
    ...(bad.length > BAD_SHOWN ? [`and ${bad.length - BAD_SHOWN} more: --json has all`] : []),
  ].join('\n')
