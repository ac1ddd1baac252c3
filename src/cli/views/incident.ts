import type { Answer } from '../../client/index.ts'
import {
  type Cell,
  type Clock,
  count,
  dateTimeZone,
  money,
  renderPairs,
  renderTable,
  type Style,
  sanitize,
} from '../render/index.ts'
import { words } from './receipt-parts.ts'

export type IncidentAnswer = Answer<'getIncident'>
type Impact = Answer<'getIncidentImpact'>
type Call = Impact['sample'][number]

interface Screen {
  readonly style: Style
  readonly clock: Clock
}

const NEXT: Readonly<Record<IncidentAnswer['state'], string>> = {
  draft: 'Look for its calls: everycent incidents measure ID',
  measuring: 'It is looked for its calls: everycent incidents measure ID goes on.',
  measured: 'Look at what it would give: everycent incidents impact ID; then submit it.',
  submitted: 'A second person approves it: everycent incidents approve ID',
  approved: 'Run it: everycent incidents run ID',
  running: 'It runs: everycent incidents watch ID; pause stops it.',
  paused:
    'Go on: everycent incidents resume ID, which tries again what failed; calls ID --state failed says why it did.',
  done: 'Read the report: everycent incidents report ID; publish makes it public.',
  cancelled: 'Nothing is given for it.',
}

export function incidentLines(own: IncidentAnswer, { style, clock }: Screen): string[] {
  const { document, progress } = own
  const at = (text: string | null): string =>
    text === null ? '' : dateTimeZone(Date.parse(text), clock)
  const shown = (amount: string): string => money(amount, document.currency)
  const unknown = own.unknown_calls > 0 ? `, ${count(own.unknown_calls)} more cannot be judged` : ''
  const pairs: [string, Cell][] = [
    ['incident', `${sanitize(document.name.en)} (${sanitize(own.incident_id)})`],
    ['state', { text: words(own.state), tone: own.state === 'done' ? 'ok' : 'plain' }],
    ['found', `${count(own.calls)} calls of ${count(own.accounts)} accounts${unknown}`],
    ['to give back', shown(own.to_give_back)],
    ['goodwill', shown(own.goodwill)],
    ['given', `${shown(progress.amount)}, of it ${shown(progress.money)} money`],
    [
      'calls',
      `${count(progress.given)} given, ${count(progress.open)} open, ${count(progress.nothing)} with nothing due, ${count(progress.failed)} failed`,
    ],
    ['written by', own.authors.map(sanitize).join(', ')],
    ['run at', at(own.run_at)],
    ['done at', at(own.done_at)],
  ]
  const exceeded =
    own.ceiling_exceeded === null ? [] : [`It is above the ceiling "${own.ceiling_exceeded}".`]
  return [
    ...renderPairs(
      style,
      pairs.filter(([, cell]) => cell !== ''),
    ),
    '',
    ...exceeded,
    NEXT[own.state].replace('ID', sanitize(own.incident_id)),
  ]
}

export function incidentTable(
  items: readonly IncidentAnswer[],
  { style, clock }: Screen,
): string[] {
  return renderTable(style, {
    columns: [
      { title: 'incident' },
      { title: 'name', min: 8, drop: 3 },
      { title: 'state' },
      { title: 'calls', align: 'right' },
      { title: 'accounts', align: 'right', drop: 2 },
      { title: 'to give back', align: 'right' },
      { title: 'given', align: 'right' },
      { title: 'since', drop: 1 },
    ],
    rows: items.map((own): Cell[] => [
      own.incident_id,
      own.document.name.en ?? '',
      { text: words(own.state), tone: own.state === 'done' ? 'ok' : 'plain' },
      count(own.calls),
      count(own.accounts),
      money(own.to_give_back, own.document.currency),
      money(own.progress.amount, own.document.currency),
      dateTimeZone(Date.parse(own.created_at), clock),
    ]),
  })
}

/** What a run would do: totals, what was given before, by plan, the largest, a sample. */
export function impactLines(impact: Impact, screen: Screen): string[] {
  const { style } = screen
  const shown = (amount: string): string => money(amount, impact.currency)
  const { double_remedy: double, charged_too_little: short } = impact
  const pairs: [string, Cell][] = [
    ['found', `${count(impact.calls)} calls of ${count(impact.accounts)} accounts`],
    ['wrong', shown(impact.wrong)],
    [
      'to give back',
      `${shown(impact.due)} for ${count(impact.due_calls)} calls of ${count(impact.due_accounts)} accounts`,
    ],
    ['given before', `${shown(double.amount)} for ${count(double.calls)} calls; not given again`],
    ['goodwill', `${shown(impact.goodwill)} for ${count(impact.goodwill_accounts)} accounts`],
  ]
  if (short.calls > 0)
    pairs.push(['too little', `${shown(short.amount)} for ${count(short.calls)} calls; not taken`])
  for (const own of double.incidents)
    pairs.push(['also in', `${sanitize(own.incident_id)}: ${count(own.calls)} of these calls`])
  return [
    ...renderPairs(style, pairs),
    '',
    'By plan',
    ...planTable(impact, style),
    '',
    'The largest accounts',
    ...accountTable(impact, style),
    '',
    'A sample, the same whoever looks',
    ...callTable(impact.sample, impact.currency, screen),
  ]
}

const right = 'right' as const

const planTable = ({ by_plan: plans, currency }: Impact, style: Style): string[] =>
  renderTable(style, {
    columns: [
      { title: 'plan' },
      { title: 'calls', align: right },
      { title: 'accounts', align: right },
      { title: 'wrong', align: right, drop: 1 },
      { title: 'to give back', align: right },
    ],
    rows: plans.map((own) => [
      own.plan,
      count(own.calls),
      count(own.accounts),
      money(own.wrong, currency),
      money(own.due, currency),
    ]),
  })

const accountTable = ({ largest_accounts: accounts, currency }: Impact, style: Style): string[] =>
  renderTable(style, {
    columns: [
      { title: 'account' },
      { title: 'calls', align: right },
      { title: 'wrong', align: right, drop: 1 },
      { title: 'to give back', align: right },
      { title: 'credit', align: right },
    ],
    rows: accounts.map((own) => [
      own.account_id,
      count(own.calls),
      money(own.wrong, currency),
      money(own.due, currency),
      money(own.credit, currency),
    ]),
  })

export const callTable = (
  calls: readonly Call[],
  currency: string,
  { style, clock }: Screen,
): string[] =>
  renderTable(style, {
    columns: [
      { title: 'at', drop: 3 },
      { title: 'account', drop: 1 },
      { title: 'receipt' },
      { title: 'model', min: 8, drop: 2 },
      { title: 'drawn', align: right, drop: 4 },
      { title: 'to give back', align: right },
      { title: 'given', align: right },
      { title: 'state' },
    ],
    rows: calls.map((own): Cell[] => [
      dateTimeZone(Date.parse(own.event_at), clock),
      own.account_id,
      own.receipt_id,
      own.model,
      money(own.drawn, currency),
      money(own.due, currency),
      money(own.given, currency),
      own.reason === null ? words(own.state) : `${words(own.state)}: ${words(own.reason)}`,
    ]),
  })
