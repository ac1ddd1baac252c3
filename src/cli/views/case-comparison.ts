import type { Client } from '../../client/index.ts'
import type { Context } from '../context.ts'
import { type Cell, money, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'
import { words } from './receipt-parts.ts'

type Comparison = Awaited<ReturnType<Client['cases']['compare']>>
type Compared = Comparison['calls'][number]
type Line = NonNullable<Compared['lines'][number]['actual']>

interface Row {
  readonly name: string
  readonly actual: string
  readonly correct: string
  readonly differs: boolean
  readonly delta: string | null
}

/** Each contested call, what was charged beside what is right; lines that differ are marked. */
export function comparisonLines(own: Comparison, context: Context): string[] {
  const currency = own.currency ?? ''
  if (own.calls.length === 0) return ['The case is about no calls: there is nothing to compare.']
  const left = own.without_correct
  return [
    ...own.calls.flatMap((call) => [...callLines(call, currency, context), '']),
    `Charged ${money(own.total.actual, currency)}, right ${amount(own.total.correct, currency)}, difference ${amount(own.total.delta, currency)}.`,
    ...(left === 0 ? [] : [`Not in it: ${left} of which it is not known what is right.`]),
  ]
}

const amount = (value: string | null, currency: string): string =>
  value === null ? '' : money(value, currency)

function callLines(call: Compared, currency: string, context: Context): string[] {
  const { books } = call
  const reason = call.reason === null ? '' : ` (${words(call.reason)})`
  const rows: Row[] = [
    ...call.lines.map((line) => lineRow(line, currency)),
    ...call.funding.map((own) => ({ ...figures(own, currency), name: `from ${own.source}` })),
    { ...figures(call.absorbed, currency), name: 'carried by the platform' },
    { ...figures(call.total, currency), name: 'total' },
  ]
  return [
    `${sanitize(call.call_id)}: ${words(call.code)}${reason}`,
    ...call.findings.map((key) => `  ${sanitize(key)}`),
    ...(books.actual === null && books.correct === null
      ? []
      : [`  price book ${sanitize(books.actual ?? '-')}, right ${sanitize(books.correct ?? '-')}`]),
    ...renderTable(context.style, {
      columns: [
        { title: '' },
        { title: 'line', min: 12 },
        { title: 'charged', align: 'right' },
        { title: 'right', align: 'right' },
        { title: 'difference', align: 'right' },
      ],
      rows: rows.map(({ name, actual, correct, differs, delta }): Cell[] => [
        { text: differs ? '!' : '', tone: 'bad' },
        sanitize(name),
        actual,
        correct,
        { text: amount(delta, currency), tone: differs ? 'bad' : 'muted' },
      ]),
    }),
    `  given back ${money(call.given_back, currency)}, still due ${money(call.due, currency)}`,
  ]
}

const figures = (
  { actual, correct, differs, delta }: Compared['total'],
  currency: string,
): Omit<Row, 'name'> => ({
  actual: money(actual, currency),
  correct: amount(correct, currency),
  ...{ differs, delta },
})

function lineRow(pair: Compared['lines'][number], currency: string): Row {
  const { actual, correct, differs, delta } = pair
  const side = (line: Line | null) => (line ? `${factor(line)}${money(line.amount, currency)}` : '')
  return {
    name: nameOf(actual ?? correct!),
    actual: side(actual),
    correct: side(correct),
    differs,
    delta,
  }
}

const nameOf = ({ type, kind, fee, id, model }: Line): string =>
  [words(kind ?? fee ?? type), id ?? model].filter((part) => part !== undefined).join(' ')

/** `1000 × $1.00 = `: what makes the amount, in tokens at the price of a million. */
function factor({ quantity, per_mtok: price, each, multiplier }: Line): string {
  if (multiplier !== undefined) return `×${multiplier} `
  const one = price ?? each
  return quantity === undefined || one === undefined ? '' : `${quantity} at ${one} = `
}
