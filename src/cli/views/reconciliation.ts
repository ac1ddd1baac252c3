import type { Client } from '../../client/index.ts'
import type { Context } from '../context.ts'
import { type Cell, dateTimeZone, exactMoney, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'
import { words } from './receipt-parts.ts'

type Run = Awaited<ReturnType<Client['reconciliation']['get']>>
type Listed = Omit<Run, 'differences' | 'as_of'>
type Difference = Run['differences'][number]
type Fields = Readonly<Record<string, unknown>>

const SHOWN = 100

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}
const textOf = (value: unknown): string =>
  value === null || value === undefined ? '' : sanitize(String(value))

export function runLines(run: Run, context: Context): string[] {
  const head = run.kind === 'provider' ? providerHead(run) : processorHead(run)
  const open = run.differences.filter(({ case_id, resolved }) => case_id !== null && !resolved)
  return [
    `Run ${sanitize(run.run_id)}, ${textOf(run.asked.from)} to ${textOf(run.asked.until)}.`,
    ...head,
    ...(run.differences.length > 0 ? ['', ...differenceTable(run, context)] : []),
    '',
    open.length === 0
      ? 'Nothing waits for a person.'
      : `${open.length} differences wait for a person: everycent cases`,
  ]
}

function providerHead({ summary, asked }: Run): string[] {
  const currency = textOf(summary.currency)
  const money = (value: unknown): string => exactMoney(textOf(value) || '0', currency)
  const variance = fieldsOf(summary.variance)
  const part = Array.isArray(summary.part_days) ? summary.part_days : []
  const unreadable = Array.isArray(summary.unreadable_imports) ? summary.unreadable_imports : []
  return [
    `${textOf(asked.provider)} billed ${money(summary.billed)}; by our ${textOf(summary.attempts)} attempts it is ${money(summary.own)}.`,
    `Apart by ${money(variance.total)}: ${money(variance.quantity)} in quantity, ${money(variance.price)} in price${variance.unsplit === '0' ? '' : `, ${money(variance.unsplit)} not told apart`}.`,
    ...Object.entries(fieldsOf(summary.causes)).map(
      ([cause, value]) => `  ${words(cause)}: ${money(value)}`,
    ),
    `  unexplained: ${money(summary.unexplained)}`,
    ...(part.length > 0
      ? [`Covered in part, and not compared: ${part.map(textOf).join(', ')}.`]
      : []),
    ...(unreadable.length > 0
      ? [
          `Left out, since this version cannot read them: ${unreadable.map(textOf).join(', ')}. Import the reports again.`,
        ]
      : []),
  ]
}

function processorHead({ summary }: Run): string[] {
  const fees = Object.entries(fieldsOf(summary.fees)).filter(([, fee]) => fee !== '0')
  return [
    `${textOf(summary.movements)} movements at the processor, ${textOf(summary.entries)} in the journal${summary.by_hand === 0 ? '' : `, ${textOf(summary.by_hand)} of them entered by hand`}.`,
    ...fees.map(([currency, fee]) => `Fees: ${exactMoney(textOf(fee), currency)}.`),
    `${textOf(summary.differences)} differences, ${textOf(summary.unexplained)} of them unexplained.`,
  ]
}

function differenceTable({ differences }: Run, context: Context): string[] {
  const rows = differences.slice(0, SHOWN).map((own): Cell[] => [
    String(own.number),
    whatOf(own),
    exactMoney(totalOf(own), own.currency),
    causesOf(own),
    {
      text: exactMoney(own.unexplained, own.currency),
      tone: own.case_id === null || own.resolved ? 'plain' : 'bad',
    },
    own.resolved ? 'resolved' : (own.case_id ?? ''),
  ])
  const table = renderTable(context.style, {
    columns: [
      { title: 'no', align: 'right' },
      { title: 'what', min: 12 },
      { title: 'difference', align: 'right', drop: 2 },
      { title: 'causes', min: 8, drop: 1 },
      { title: 'unexplained', align: 'right' },
      { title: 'case' },
    ],
    rows,
  })
  const more = differences.length - rows.length
  return [...table, ...(more > 0 ? [`and ${more} more: --json has all`] : [])]
}

function whatOf({ facts }: Difference): string {
  if (facts.difference !== undefined)
    return `${words(textOf(facts.difference))} ${words(textOf(facts.type))} ${textOf(facts.payment_id)}`
  return `${textOf(facts.day)} ${textOf(facts.model)} ${words(textOf(facts.kind))} ${textOf(facts.tier)}`.trim()
}

const totalOf = ({ facts, unexplained }: Difference): string =>
  textOf(fieldsOf(facts.variance).total ?? facts.amount) || unexplained

function causesOf({ facts }: Difference): string {
  if (typeof facts.cause === 'string') return words(facts.cause)
  const causes = Array.isArray(facts.causes) ? facts.causes : []
  return causes.map((own) => words(textOf(fieldsOf(own).cause))).join(', ')
}

export function runListLines(runs: readonly Listed[], context: Context): string[] {
  if (runs.length === 0)
    return ['Nothing was compared yet: everycent reconcile provider FILE, or reconcile processor']
  return renderTable(context.style, {
    columns: [
      { title: 'run' },
      { title: 'at', drop: 1 },
      { title: 'of' },
      { title: 'from', drop: 3 },
      { title: 'until', drop: 2 },
      { title: 'unexplained', align: 'right' },
    ],
    rows: runs.map((own): Cell[] => [
      own.run_id,
      dateTimeZone(Date.parse(own.made_at), context.clock),
      own.kind === 'provider' ? textOf(own.asked.provider) : 'processor',
      textOf(own.asked.from),
      textOf(own.asked.until),
      textOf(own.summary.unexplained),
    ]),
  })
}
