import type { RateAnswer } from '../../contract/rate.ts'
import {
  type Cell,
  count,
  exactMoney,
  renderTable,
  type Style,
  sanitize,
  wrap,
} from '../render/index.ts'
import { lineCells } from './receipt.ts'
import { words } from './receipt-parts.ts'

/** Quantities, rates and the exact total of one response. */
export function rateLines(answer: RateAnswer, view: { readonly style: Style }): string[] {
  return answer.status === 'priced' ? pricedLines(answer, view) : quantityLines(answer, view)
}

function pricedLines(answer: RateAnswer, view: { readonly style: Style }): string[] {
  const currency = answer.currency ?? 'USD'
  const total = answer.total === null ? 'not known' : exactMoney(answer.total, currency)
  return [
    ...renderTable(view.style, {
      columns: [
        { title: 'line', min: 16 },
        { title: 'quantity', align: 'right' },
        { title: 'rate', align: 'right' },
        { title: 'amount', align: 'right' },
      ],
      rows: answer.lines.map((line) => lineCells(line, currency)),
      footer: ['total', '', '', { text: total, tone: 'strong' }],
    }),
    ...notes(answer, view),
  ]
}

/** Without a price the quantities are still worth seeing. */
function quantityLines(answer: RateAnswer, view: { readonly style: Style }): string[] {
  const quantities = Object.entries({ ...answer.quantities, ...answer.fees })
  if (quantities.length === 0) return ['total  not known']
  return renderTable(view.style, {
    columns: [{ title: 'quantity' }, { title: 'count', align: 'right' }],
    rows: quantities.map(([name, value]): Cell[] => [words(name), count(value)]),
    footer: ['total', { text: 'unpriced', tone: 'warn' }],
  })
}

function notes(answer: RateAnswer, view: { readonly style: Style }): string[] {
  const parts = [
    `model ${answer.model ?? 'not known'} (${answer.model_rule ?? 'exact'})`,
    `price book ${answer.price_book ?? 'none'}`,
    answer.band === null ? '' : `band ${answer.band}`,
    ...answer.flags,
  ]
  const text = sanitize(parts.filter((part) => part !== '').join(' - '))
  return wrap(text, view.style.columns).map((line) => view.style.paint('muted', line))
}
