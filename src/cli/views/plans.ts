import type { Answer } from '../../client/index.ts'
import { explainSwitch, feeFormulaText, windowLength } from '../../contract/explain/index.ts'
import type { Context } from '../context.ts'
import { type Cell, dateTimeZone, exactMoney, renderTable, sanitize } from '../render/index.ts'

type Comparison = Answer<'comparePlans'>
type Compared = Comparison['items'][number]
type Preview = Answer<'previewSubscription'>

/** Every plan on offer, a row each: fee, windows, and what a switch would charge now. */
export function comparisonLines(
  own: Comparison,
  lang: 'en' | 'ja',
  { style, clock }: Context,
): string[] {
  const { currency, items, as_of: now } = own
  if (items.length === 0) return [`No plan is on offer in ${currency}.`]
  return renderTable(style, {
    columns: [
      { title: 'plan' },
      { title: 'fee', align: 'right' },
      { title: 'seats', align: 'right', drop: 2 },
      { title: 'windows', min: 16, drop: 1 },
      { title: 'a switch', min: 20 },
    ],
    rows: items.map((item): Cell[] => [
      { text: item.plan, tone: item.own ? 'ok' : 'plain' },
      feeText(item, currency),
      item.seats === null ? '' : `${item.seats.compared}`,
      item.windows.map((one) => windowText(one, currency)).join(', '),
      sanitize(explainSwitch(item, { lang, timeZone: clock.timeZone, currency, now })),
    ]),
  })
}

const feeText = ({ fee, period }: Compared, currency: string): string =>
  fee === '0' ? 'none' : `${exactMoney(fee, currency)} ${period === 'P1Y' ? 'a year' : 'a month'}`

const windowText = (
  { id, capacity, length }: Compared['windows'][number],
  currency: string,
): string => `${id} ${exactMoney(capacity, currency)} per ${windowLength(length, 'en')}`

/** What a preview would charge, line by line with the formula of each. */
export function feeLines(own: Preview, { style, clock }: Context): string[] {
  const { fee, currency, tax, total } = own
  if (fee.lines.length === 0) return []
  const at = (text: string) => dateTimeZone(Date.parse(text), clock)
  const rows = fee.lines.map((line): Cell[] => [
    `${line.type.replaceAll('_', ' ')} of ${line.plan}`,
    line.type === 'waived' ? '' : (feeFormulaText(line, currency, 'en') ?? ''),
    at(line.from),
    at(line.to),
    exactMoney(line.amount, currency),
  ])
  const sum = (name: string, amount: string): Cell[] => [
    name,
    '',
    '',
    '',
    exactMoney(amount, currency),
  ]
  return [
    '',
    ...renderTable(style, {
      columns: [
        { title: 'for', min: 12 },
        { title: 'formula', min: 16, drop: 1 },
        { title: 'from', drop: 2 },
        { title: 'to', drop: 2 },
        { title: 'amount', align: 'right' },
      ],
      rows: [
        ...rows,
        sum('net', fee.net),
        sum(fee.billing === 'invoiced' ? 'to be invoiced' : 'due now', fee.due),
        ...(tax === null ? [] : [sum('tax', tax)]),
        ...(total === null ? [] : [sum('total', total)]),
      ],
    }),
  ]
}
