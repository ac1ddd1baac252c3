import type { EstimateAnswer } from '../../client/index.ts'
import { explainBlock } from '../../contract/explain/index.ts'
import {
  type Cell,
  type Clock,
  count,
  exactMoney,
  money,
  renderTable,
  type Style,
  sanitize,
  timeOfDay,
  wrap,
} from '../render/index.ts'
import { title, words } from './receipt-parts.ts'

export interface EstimateView {
  readonly style: Style
  readonly clock: Clock
}

/** What a call would cost, which source would pay, and what stands in its way. */
export function estimateLines(answer: EstimateAnswer, view: EstimateView): string[] {
  const { currency, status } = answer
  const tone = status === 'admitted' ? 'ok' : 'warn'
  const verdict: Record<EstimateAnswer['status'], string> = {
    admitted: 'would be admitted',
    refused: 'would be refused: nothing would be charged',
    unpriced: `has no price (${answer.missing.join(', ')}): delivered, and priced later`,
  }
  const clamped = answer.clamped
    ? [`clamped to ${count(answer.max_output_tokens)} output tokens`]
    : []
  return [
    `${title(view, sanitize(answer.model))} ${view.style.paint(tone, sanitize([verdict[status], ...clamped].join(', ')))}`,
    ...costLines(answer, view),
    ...fundingLines(answer, view),
    ...blockLines(answer, view),
    '',
    view.style.paint(
      'muted',
      `estimate, nothing is held - as of ${timeOfDay(Date.parse(answer.as_of), view.clock)} - seq ${count(answer.seq)} - ${currency}`,
    ),
  ]
}

function costLines(answer: EstimateAnswer, view: EstimateView): string[] {
  if (answer.worst === null) return []
  const row = (name: string, value: string | null, meaning: string): Cell[] => [
    name,
    value === null ? 'not known' : exactMoney(value, answer.currency),
    { text: meaning, tone: 'muted' },
  ]
  return [
    '',
    ...renderTable(view.style, {
      columns: [{ title: 'cost' }, { title: 'amount', align: 'right' }, { title: 'when', min: 10 }],
      rows: [
        row('low', answer.low, 'the prompt, and no output'),
        row('expected', answer.expected, 'the usual output of this model'),
        row('worst', answer.worst, `all ${count(answer.max_output_tokens)} output tokens`),
      ],
    }),
  ]
}

function fundingLines(answer: EstimateAnswer, view: EstimateView): string[] {
  if (answer.funding.length === 0) return []
  const rows = answer.funding.map((step, index): Cell[] => [
    String(index + 1),
    step.source,
    words(step.class),
    money(step.free, answer.currency),
    money(step.drawn, answer.currency),
    step.reason === null ? 'would cover the rest' : words(step.reason),
  ])
  return [
    '',
    title(view, 'Which source would pay, in the order tried'),
    ...renderTable(view.style, {
      columns: [
        { title: '#', align: 'right' },
        { title: 'source', min: 10 },
        { title: 'class', drop: 1 },
        { title: 'free', align: 'right' },
        { title: 'held', align: 'right' },
        { title: 'reason', min: 12 },
      ],
      rows,
    }),
  ]
}

function blockLines(answer: EstimateAnswer, view: EstimateView): string[] {
  if (answer.block === null) return []
  const sentences = explainBlock(answer.block, { lang: 'en', timeZone: view.clock.timeZone })
  return ['', ...sentences.flatMap((sentence) => wrap(sanitize(sentence), view.style.columns))]
}
