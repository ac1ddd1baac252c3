import type {
  Correction,
  FundingStep,
  Receipt,
  ReceiptLine,
} from '../../contract/receipt/schema.ts'
import { formatNanos, type Nanos, parseNanos, sum } from '../../core/money/index.ts'
import { CliError, EXIT } from '../exit.ts'
import { count, dateTimeZone, exactMoney, timestamp } from '../render/format.ts'
import type { Tone } from '../render/style.ts'
import { type Cell, renderPairs, renderTable } from '../render/table.ts'
import { sanitize, wrap } from '../render/text.ts'
import { currencyOf, type ReceiptView, title, words } from './receipt-parts.ts'
import { traceSections } from './receipt-trace.ts'

/** A receipt in lines: what it cost, from where, and why from there. Amounts are exact. */
export function receiptLines(receipt: Receipt, view: ReceiptView): string[] {
  refuseOpenSums(receipt)
  const sections = [
    heading(receipt, view),
    linesSection(receipt, view),
    fundingSection(receipt, view),
    amountsSection(receipt, view),
    correctionsSection(receipt, view),
    ...(view.trace ? traceSections(receipt, view) : []),
    [`hash ${sanitize(receipt.hash)}`],
  ]
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : ['', ...section]))
}

/** A receipt whose lines do not add up is not shown as if they did. */
function refuseOpenSums(receipt: Receipt): void {
  const { lines, amounts } = receipt
  if (lines.length === 0 || amounts.total.amount === null) return
  const total = sum(lines.map((line) => parseNanos(line.amount) ?? (0n as Nanos)))
  if (formatNanos(total) === amounts.total.amount) return
  throw new CliError(`The lines of ${receipt.receipt_id} do not add up to its total.`, {
    why: `They come to ${formatNanos(total)}, the receipt says ${amounts.total.amount}.`,
    next: 'Run "everycent verify", and keep the receipt (--json) as evidence.',
    exitCode: EXIT.difference,
    code: 'receipt_open',
  })
}

const VERDICT_TONES: Readonly<Record<string, Tone>> = {
  charged: 'paid',
  covered_by_plan: 'included',
  nothing_due: 'ok',
  not_billed: 'ok',
  refused: 'warn',
  absorbed: 'warn',
  unpriced: 'warn',
  usage_missing: 'warn',
}

/** `gpt-5.5 (served gpt-5.5-2026-08-01)` */
function servedPair(pair: { requested: string | null; served: string | null }): string {
  const { requested, served } = pair
  if (requested === null || requested === served) return served ?? requested ?? ''
  return served === null ? requested : `${requested} (served ${served})`
}

function heading(receipt: Receipt, view: ReceiptView): string[] {
  const { verdict, served, call } = receipt
  const facts = [verdict.outcome, verdict.refusal, verdict.absorbed_reason]
    .filter((fact) => fact !== null)
    .map(words)
  const status = verdict.upstream_status === null ? [] : [`upstream ${verdict.upstream_status}`]
  const verdictText = [words(verdict.code), ...facts, ...status].join(' - ')
  const pairs: [string, Cell][] = [
    ['receipt', { text: receipt.receipt_id, tone: 'strong' }],
    ['verdict', { text: verdictText, tone: VERDICT_TONES[verdict.code] ?? 'plain' }],
    ['call', receipt.call_id],
    ['account', receipt.account_id],
    ['model', servedPair(served.model)],
    ['tier', servedPair(served.tier)],
    ['speed', servedPair(served.speed)],
    ['region', servedPair(served.region)],
    ['features', call.features.join(', ')],
    ['client', call.client ?? ''],
    ['key', call.key_id ?? ''],
    ['member', call.member_id ?? ''],
    ['project', call.project_id ?? ''],
    ['session', call.session_id ?? ''],
    ['made for', call.parent_call_id ?? ''],
    ['tags', call.tags.join(' ')],
    ['plan', planText(receipt)],
    ['happened', dateTimeZone(Date.parse(receipt.event_at), view.clock)],
    ['as of', `${dateTimeZone(Date.parse(receipt.as_of), view.clock)} - seq ${count(receipt.seq)}`],
  ]
  return renderPairs(
    view.style,
    pairs.filter(([, cell]) => cell !== ''),
  )
}

function planText(receipt: Receipt): string {
  const { coverage, plan } = receipt
  if (plan === null) return ''
  if (coverage === null) return plan
  const { reason: said, reasons } = coverage
  const reason = said === null ? '' : `: ${reasons?.en ?? said}`
  return `${plan} - ${words(coverage.effect)}${reason}`
}

function linesSection(receipt: Receipt, view: ReceiptView): string[] {
  const { rating, lines, amounts } = receipt
  if (lines.length === 0) return unratedLines(receipt, view)
  const currency = currencyOf(receipt)
  const table = renderTable(view.style, {
    columns: [
      { title: 'line', min: 16 },
      { title: 'quantity', align: 'right' },
      { title: 'rate', align: 'right' },
      { title: 'amount', align: 'right' },
    ],
    rows: lines.map((line) => lineCells(line, currency)),
    footer: ['total', '', '', exactOr(amounts.total.amount, currency)],
  })
  const notes = [
    rating?.book ? `price book ${rating.book}` : '',
    rating?.model ? `priced as ${rating.model} (${rating.model_rule ?? 'exact'})` : '',
    rating?.band ? `band ${rating.band}` : '',
    ...(rating?.flags ?? []),
    ...(receipt.usage?.flags ?? []),
    ...(receipt.usage?.estimated ?? []).map((kind) => `${kind} is an estimate`),
  ]
  return [title(view, 'What it cost'), ...table, ...noteLines(notes, view)]
}

function unratedLines(receipt: Receipt, view: ReceiptView): string[] {
  const { rating } = receipt
  if (rating === null) return []
  const missing = rating.missing.length > 0 ? `: ${rating.missing.join(', ')}` : ''
  const reason = rating.reason === null ? '' : ` - ${words(rating.reason)}${missing}`
  return [title(view, 'What it cost'), sanitize(`${words(rating.status)}${reason}`)]
}

const noteLines = (notes: readonly string[], view: ReceiptView): string[] => {
  const shown = notes.filter((note) => note !== '').map(sanitize)
  if (shown.length === 0) return []
  return wrap(shown.join(' - '), view.style.columns).map((line) => view.style.paint('muted', line))
}

const exactOr = (amount: string | null, currency: string): string =>
  amount === null ? 'not known' : exactMoney(amount, currency)

/** One line of a rating: what, how many, at which rate. Also used by `rate`. */
export function lineCells(line: ReceiptLine, currency: string): Cell[] {
  const amount = exactMoney(line.amount, currency)
  const quantity = line.quantity === undefined ? '' : count(line.quantity)
  if (line.type === 'usage') {
    const rate = line.per_mtok === undefined ? '' : `${exactMoney(line.per_mtok, currency)}/MTok`
    return [words(line.kind ?? ''), quantity, rate, amount]
  }
  if (line.type === 'fee') {
    const rate = line.each === undefined ? '' : `${exactMoney(line.each, currency)} each`
    return [`fee ${words(line.fee ?? '')}`, quantity, rate, amount]
  }
  return [`${line.type} ${line.id ?? ''}`, '', `x ${line.multiplier ?? '?'}`, amount]
}

const STATE_TONES: Readonly<Record<FundingStep['state'], Tone>> = {
  used: 'ok',
  used_in_part: 'warn',
  passed_over: 'muted',
}

function fundingSection(receipt: Receipt, view: ReceiptView): string[] {
  if (receipt.funding.length === 0) return []
  const currency = currencyOf(receipt)
  const rows = receipt.funding.map((step): Cell[] => [
    String(step.position),
    sourceName(step),
    { text: words(step.state), tone: STATE_TONES[step.state] },
    exactMoney(step.free, currency),
    exactMoney(step.drawn, currency),
    reasonText(step),
  ])
  return [
    title(view, 'From where, in the order tried'),
    ...renderTable(view.style, {
      columns: [
        { title: '#', align: 'right' },
        { title: 'source', min: 14 },
        { title: 'state' },
        { title: 'free', align: 'right', drop: 1 },
        { title: 'drawn', align: 'right' },
        { title: 'reason', min: 14 },
      ],
      rows,
    }),
  ]
}

function sourceName(step: FundingStep): string {
  if (step.source === 'included') return 'plan windows'
  if (step.source === 'overage') return 'overage'
  const category = step.category === null ? '' : ` (${step.category})`
  return `${step.name ?? step.source}${category}`
}

function reasonText(step: FundingStep): string {
  const used = step.state === 'used' ? 'covered what was left' : ''
  const reason = step.reason === null ? used : words(step.reason)
  const binding = step.cap_id ?? step.window_id
  return binding === null ? reason : `${reason} (${binding})`
}

function amountsSection(receipt: Receipt, view: ReceiptView): string[] {
  const { amounts } = receipt
  const currency = currencyOf(receipt)
  const figures: [string, { amount: string | null; basis: string }, Tone][] = [
    ['total', amounts.total, 'strong'],
    ['charged', amounts.charged, 'paid'],
    ['  promotional credit', amounts.credit.promotional, 'promotional'],
    ['  paid credit', amounts.credit.paid, 'paid'],
    ['  overage', amounts.overage, 'overage'],
    ['covered by plan', amounts.covered_by_plan, 'included'],
    ['absorbed by the platform', amounts.absorbed, 'ok'],
    ['refunded', amounts.refunded, 'ok'],
    ['returned to the plan', amounts.returned_to_plan, 'ok'],
    ['reversed', amounts.reversed, 'ok'],
  ]
  const always = new Set(['total', 'charged'])
  const rows = figures
    .filter(([name, figure]) => always.has(name) || figure.amount !== '0')
    .map(([name, figure, tone]): Cell[] => [
      name,
      { text: exactOr(figure.amount, currency), tone },
      { text: words(figure.basis), tone: 'muted' },
    ])
  return [
    title(view, 'Who carries it'),
    ...renderTable(view.style, {
      columns: [
        { title: 'part' },
        { title: 'amount', align: 'right' },
        { title: 'basis', drop: 1 },
      ],
      rows,
    }),
  ]
}

function correctionsSection(receipt: Receipt, view: ReceiptView): string[] {
  if (receipt.corrections.length === 0) return []
  const currency = currencyOf(receipt)
  const row = (correction: Correction): Cell[] => [
    timestamp(Date.parse(correction.at), view.clock),
    words(correction.kind),
    exactMoney(correction.money, currency),
    exactMoney(correction.included, currency),
    [correction.reason, correction.finding && 'found by the audit', correction.cause_call_id]
      .filter((part) => part !== null)
      .join(' - '),
    String(correction.seq),
  ]
  return [
    title(view, 'Corrected since'),
    ...renderTable(view.style, {
      columns: [
        { title: 'at', drop: 2 },
        { title: 'kind' },
        { title: 'money', align: 'right' },
        { title: 'plan', align: 'right' },
        { title: 'reason', min: 12 },
        { title: 'seq', align: 'right', drop: 1 },
      ],
      rows: receipt.corrections.map(row),
    }),
  ]
}
