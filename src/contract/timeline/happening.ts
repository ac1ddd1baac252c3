import type { CapFacts, EntryBody, LotFacts } from '../../core/ledger/entry.ts'
import { formatNanos, type Nanos, nanos, ZERO } from '../../core/money/index.ts'
import { absorbedByPostings, type Movement, movements } from '../receipt/moved.ts'
import { receiptId } from '../receipt/receipt-id.ts'
import {
  type BesideCode,
  KIND_OF_ENTRY,
  type SingleCode,
  type SingleEntry,
  type TimelineKind,
} from './codes.ts'
import type { Said } from './reader.ts'

/** What a call, a move or a refund took from each kind of source; a refund's figures are what went back. */
export interface AmountsBySource {
  readonly included: Nanos
  readonly promotional: Nanos
  readonly paid: Nanos
  readonly overage: Nanos
  readonly absorbed: Nanos
}

/** A change of a setting, as the entry that made it says. */
export type SettingFacts =
  | { readonly code: 'paid_use_on' | 'paid_use_off' | 'no_overage' }
  | { readonly code: 'overage_limit'; readonly amount: string }
  | ({ readonly code: 'cap' } & Pick<CapFacts, 'scope' | 'scope_id' | 'period' | 'amount'> & {
        readonly cap_id: string
      })
  | { readonly code: 'cap_removed'; readonly cap_id: string }

/** Facts of what is told by itself; amounts are exact decimals. */
export interface SingleFacts {
  readonly plan?: string
  readonly lot_id?: string
  readonly lot_name?: string
  readonly category?: 'paid' | 'promotional'
  readonly amount?: string
  readonly price?: string
  readonly tax?: string
  readonly total?: string
  readonly expires_at?: string
  readonly due_at?: string
  readonly receipt_id?: string
  readonly payment_id?: string
  readonly invoice_id?: string
  readonly statement?: number
  readonly cap_id?: string
  readonly decision?: string
  readonly name?: string
  readonly reason?: string
  readonly order?: string
  readonly refusal?: string
  readonly price_book?: string
  readonly alert?: string
  readonly notification_id?: string
  readonly rule?: string
  readonly finding_key?: string
  readonly subject?: string
  readonly case_id?: string
  readonly automatic?: boolean
  readonly settings?: readonly SettingFacts[]
}

/** What one call or one refusal adds to its run. */
export interface RunPart {
  readonly callId: string | null
  readonly model: string | null
  readonly ends: 'charged' | 'failed' | 'completed' | 'blocked' | 'moved'
  readonly refusal: string | null
  readonly amounts: AmountsBySource
}

/** One thing that happened to an account, in the order of the journal and of what stands beside it. */
export interface Happening {
  readonly at: string
  /** `null`: beside the journal. */
  readonly seq: number | null
  /** Of what stands beside the journal: unique in it. */
  readonly key: string
  readonly kind: TimelineKind
  /** Only what has the same can be one line. */
  readonly code: string
  readonly run: RunPart | null
  readonly single: { readonly code: SingleCode; readonly facts: SingleFacts } | null
  /** Facts of a transition, which are told in the words of subscriptions. */
  readonly entry: EntryBody | null
  /** The title of an alert, as it was sent. */
  readonly title: Said | null
}

const CALL_KINDS: readonly EntryBody['kind'][] = ['authorize', 'record']

/** Reads an entry; `lots` are the facts of those that entries name by id. */
export function happeningOf(
  body: EntryBody,
  lots: ReadonlyMap<string, Pick<LotFacts, 'name' | 'category'>>,
): Happening {
  const about = { at: body.at, seq: body.seq, key: '', entry: body, title: null }
  if (body.refused && CALL_KINDS.includes(body.kind)) {
    const run = { ...partOf(body, 'blocked'), refusal: body.refused.code }
    return { ...about, kind: 'blocks', code: `blocks ${body.refused.code}`, run, single: null }
  }
  const kind = KIND_OF_ENTRY[body.kind]
  if (body.refused) {
    const facts = { order: body.kind, refusal: body.refused.code }
    return { ...about, kind, code: 'refused', run: null, single: { code: 'refused', facts } }
  }
  if (kind === 'calls' || kind === 'moves')
    return { ...about, kind, code: kind, run: partOf(body, endOf(body)), single: null }
  const code = body.kind as SingleEntry
  return { ...about, kind, code, run: null, single: { code, facts: factsOf(body, lots) } }
}

function endOf({ kind, outcome }: EntryBody): RunPart['ends'] {
  if (kind === 'reattribute') return 'moved'
  if (kind === 'complete') return 'completed'
  const failed = kind === 'release' || kind === 'expire_hold'
  return failed || outcome?.customer_pays === 'nothing' ? 'failed' : 'charged'
}

/** A call that failed cost its customer nothing, whatever the platform paid for it: it adds no amounts. */
function partOf(body: EntryBody, ends: RunPart['ends']): RunPart {
  return {
    callId: body.call?.call_id ?? null,
    model: body.served?.model ?? body.call?.model ?? null,
    ends,
    refusal: null,
    amounts: ends === 'failed' ? NO_AMOUNTS : amountsOf(body),
  }
}

function amountsOf(body: EntryBody): AmountsBySource {
  const moved = movements(body)
  const of = (own: Movement['class']) =>
    nanos(moved.reduce((so, { class: c, drawn }) => (c === own ? so + drawn : so), 0n))
  return {
    included: of('included'),
    promotional: of('promotional'),
    paid: of('paid'),
    overage: of('overage'),
    absorbed: absorbedByPostings(body),
  }
}

/** What went back to the customer's sources, or came to them, all together. */
function broughtBy(body: EntryBody): string {
  const drawn = movements(body).reduce((so, own) => so + own.drawn, 0n)
  return formatNanos(nanos(drawn < 0n ? -drawn : drawn))
}

function lotPart(
  body: EntryBody,
  lots: ReadonlyMap<string, Pick<LotFacts, 'name' | 'category'>>,
): SingleFacts {
  const id = body.lot?.id ?? body.lot_id
  if (id === undefined) return {}
  const lot = body.lot ?? lots.get(id)
  return {
    lot_id: id,
    lot_name: lot?.name ?? id,
    ...(lot && { category: lot.category }),
    ...(body.lot && { amount: body.lot.face }),
    ...(body.lot?.expires_at && { expires_at: body.lot.expires_at }),
  }
}

function moneyPart({
  payment,
  purchase_refund: refund,
  owed_payment: owed,
}: EntryBody): SingleFacts {
  return {
    ...(payment && { payment_id: payment.payment_id, price: payment.price, tax: payment.tax }),
    ...(payment?.reload && { automatic: true }),
    ...(refund && { payment_id: refund.payment_id, amount: refund.face }),
    ...(owed && { payment_id: owed.payment_id, amount: owed.amount }),
  }
}

const WITH_AMOUNT: readonly EntryBody['kind'][] = [
  'expire_lot',
  'refund',
  'rerate',
  'reverse',
  'undo_refund_purchase',
]

function factsOf(
  body: EntryBody,
  lots: ReadonlyMap<string, Pick<LotFacts, 'name' | 'category'>>,
): SingleFacts {
  const { raise, invoice, cycle, reset, controls, call } = body
  const plan = body.account?.plan ?? body.subscription?.plan ?? body.plan
  return {
    ...(plan !== undefined && { plan }),
    ...lotPart(body, lots),
    ...moneyPart(body),
    ...(WITH_AMOUNT.includes(body.kind) && { amount: broughtBy(body) }),
    ...(call && { receipt_id: receiptId(call.call_id) }),
    ...(raise && { cap_id: raise.cap_id, amount: raise.amount }),
    ...(raise?.decision && { decision: raise.decision }),
    ...(invoice && {
      invoice_id: invoice.invoice_id,
      total: invoice.total,
      due_at: invoice.due_at,
    }),
    ...(cycle && { statement: cycle.number }),
    ...(reset && { name: reset.name, expires_at: reset.expires_at }),
    ...(controls && { settings: settingsOf(controls) }),
    ...(body.reason !== undefined && { reason: body.reason }),
  }
}

function settingsOf(controls: NonNullable<EntryBody['controls']>): SettingFacts[] {
  const { paid_use: paid, overage_limit: limit, caps = [], removed_caps: removed = [] } = controls
  return [
    ...(paid === undefined ? [] : [{ code: paid ? 'paid_use_on' : 'paid_use_off' } as const]),
    ...(limit === undefined
      ? []
      : [
          limit === null
            ? ({ code: 'no_overage' } as const)
            : ({ code: 'overage_limit', amount: limit } as const),
        ]),
    ...caps.map(({ id, scope, scope_id, period, amount }) => ({
      ...({ code: 'cap', cap_id: id } as const),
      ...{ scope, scope_id, period, amount },
    })),
    ...removed.map((id) => ({ code: 'cap_removed', cap_id: id }) as const),
  ]
}

const KIND_OF_BESIDE: Readonly<Record<BesideCode, TimelineKind>> = {
  price_book: 'prices',
  alert: 'alerts',
  finding: 'findings',
  case_opened: 'cases',
  case_decided_refund: 'cases',
  case_decided_rejected: 'cases',
  case_settled: 'cases',
  case_closed: 'cases',
  case_withdrawn: 'cases',
  case_merged: 'cases',
  case_reopened: 'cases',
}

/** What stands beside the journal: an alert, a finding, a case, a price book. */
export const besideHappening = (own: {
  readonly at: string
  readonly key: string
  readonly code: BesideCode
  readonly facts: SingleFacts
  readonly title?: Said
}): Happening => ({
  at: own.at,
  seq: null,
  key: own.key,
  kind: KIND_OF_BESIDE[own.code],
  code: own.code,
  run: null,
  single: { code: own.code, facts: own.facts },
  entry: null,
  title: own.title ?? null,
})

export const NO_AMOUNTS: AmountsBySource = {
  included: ZERO,
  promotional: ZERO,
  paid: ZERO,
  overage: ZERO,
  absorbed: ZERO,
}
