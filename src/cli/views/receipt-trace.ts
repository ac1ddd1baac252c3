import type {
  Attempt,
  CapChecked,
  Receipt,
  ReceiptPosting,
  WindowAtMoment,
} from '../../contract/receipt/schema.ts'
import { count, dateTimeZone, exactMoney, timestamp } from '../render/format.ts'
import { type Cell, renderPairs, renderTable } from '../render/table.ts'
import { sanitize } from '../render/text.ts'
import { currencyOf, type ReceiptView, title, words } from './receipt-parts.ts'

/** Everything that was true at the moment of the decision, and what was posted. */
export function traceSections(receipt: Receipt, view: ReceiptView): string[][] {
  return [
    windowsSection(receipt.windows, receipt, view),
    capsSection(receipt.caps, receipt, view),
    attemptsSection(receipt.attempts, receipt, view),
    timelineSection(receipt, view),
    postingsSection(receipt.postings, receipt, view),
    evidenceSection(receipt, view),
    chainSection(receipt, view),
  ]
}

function windowsSection(windows: WindowAtMoment[], receipt: Receipt, view: ReceiptView): string[] {
  if (windows.length === 0) return []
  const money = (amount: string): string => exactMoney(amount, currencyOf(receipt))
  const rows = windows.map((window): Cell[] => [
    window.id,
    `${window.used_percent} % used - ${100 - window.used_percent} % left`,
    money(window.left),
    money(window.held),
    money(window.drawn),
    window.resets_at === null ? '' : dateTimeZone(Date.parse(window.resets_at), view.clock),
  ])
  return [
    title(view, 'Windows at that moment'),
    ...renderTable(view.style, {
      columns: [
        { title: 'window', min: 10 },
        { title: 'state' },
        { title: 'left', align: 'right' },
        { title: 'held', align: 'right', drop: 2 },
        { title: 'drawn', align: 'right' },
        { title: 'resets', drop: 1 },
      ],
      rows,
    }),
  ]
}

function capsSection(caps: CapChecked[], receipt: Receipt, view: ReceiptView): string[] {
  if (caps.length === 0) return []
  const money = (amount: string): string => exactMoney(amount, currencyOf(receipt))
  const rows = caps.map((cap): Cell[] => [
    cap.id,
    `${cap.scope}${cap.scope_id === null ? '' : ` ${cap.scope_id}`} per ${cap.period}`,
    money(cap.amount),
    money(cap.spent),
    money(cap.held),
    money(cap.left),
  ])
  return [
    title(view, 'Caps checked'),
    ...renderTable(view.style, {
      columns: [
        { title: 'cap', min: 10 },
        { title: 'of', min: 12 },
        { title: 'limit', align: 'right' },
        { title: 'spent', align: 'right' },
        { title: 'held', align: 'right', drop: 1 },
        { title: 'left', align: 'right' },
      ],
      rows,
    }),
  ]
}

function attemptsSection(attempts: Attempt[], receipt: Receipt, view: ReceiptView): string[] {
  if (attempts.length === 0) return []
  const money = (amount: string): string => exactMoney(amount, currencyOf(receipt))
  const rows = attempts.map((attempt): Cell[] => [
    `${attempt.attempt} of ${attempts.length}`,
    words(attempt.state),
    words(attempt.outcome ?? attempt.refusal?.code ?? ''),
    attempt.upstream_status === null ? '' : String(attempt.upstream_status),
    money(attempt.charged),
    money(attempt.covered_by_plan),
    words(attempt.policy ?? ''),
  ])
  return [
    title(view, 'Attempts'),
    ...renderTable(view.style, {
      columns: [
        { title: 'attempt' },
        { title: 'state' },
        { title: 'outcome', min: 12 },
        { title: 'upstream', align: 'right', drop: 1 },
        { title: 'charged', align: 'right' },
        { title: 'by plan', align: 'right' },
        { title: 'policy', min: 8, drop: 2 },
      ],
      rows,
    }),
  ]
}

function timelineSection(receipt: Receipt, view: ReceiptView): string[] {
  const rows = receipt.timeline.map((step): Cell[] => [
    timestamp(Date.parse(step.at), view.clock),
    words(step.event),
    step.attempt === null ? '' : `attempt ${step.attempt}`,
    step.code === null ? '' : words(step.code),
    step.seq === null ? '' : count(step.seq),
  ])
  if (rows.length === 0) return []
  return [
    title(view, `Timeline (${view.clock.timeZone})`),
    ...renderTable(view.style, {
      columns: [
        { title: 'at' },
        { title: 'event' },
        { title: 'attempt', drop: 2 },
        { title: 'code', min: 8 },
        { title: 'seq', align: 'right', drop: 1 },
      ],
      rows,
    }),
  ]
}

function postingsSection(
  postings: ReceiptPosting[],
  receipt: Receipt,
  view: ReceiptView,
): string[] {
  if (postings.length === 0) return [title(view, 'Postings'), 'None: no balance moved.']
  const money = (amount: string): string => exactMoney(amount, currencyOf(receipt))
  return [
    title(view, 'Postings (per entry and asset they sum to zero)'),
    ...renderTable(view.style, {
      columns: [
        { title: 'seq', align: 'right' },
        { title: 'ledger account', min: 16 },
        { title: 'asset' },
        { title: 'amount', align: 'right' },
        { title: 'lot', drop: 1 },
      ],
      rows: postings.map((posting): Cell[] => [
        count(posting.seq),
        posting.ledger_account,
        posting.asset,
        money(posting.amount),
        posting.lot_id ?? '',
      ]),
    }),
  ]
}

function evidenceSection(receipt: Receipt, view: ReceiptView): string[] {
  const { evidence_sha256: hash, evidence_removed_at: removedAt } = receipt
  const entries = Object.entries({
    ...receipt.evidence,
    ...(removedAt !== null && { removed_at: removedAt }),
    ...(hash !== null && { sha256: hash }),
  })
  if (entries.length === 0) return []
  const pairs = entries.map(([name, value]): [string, Cell] => [
    sanitize(name),
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return [title(view, 'Evidence'), ...renderPairs(view.style, pairs)]
}

function chainSection(receipt: Receipt, view: ReceiptView): string[] {
  if (receipt.entries.length === 0) return []
  return [
    title(view, 'Journal entries'),
    ...renderTable(view.style, {
      columns: [
        { title: 'seq', align: 'right' },
        { title: 'kind' },
        { title: 'request', min: 12, drop: 1 },
        { title: 'hash', min: 16 },
      ],
      rows: receipt.entries.map((entry): Cell[] => [
        count(entry.seq),
        words(entry.kind),
        entry.request_id,
        entry.hash,
      ]),
    }),
  ]
}
