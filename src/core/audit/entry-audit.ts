import type { Plan } from '../funding/types.ts'
import type { EntryBody } from '../ledger/entry.ts'
import { type Nanos, negate, subtract, ZERO } from '../money/index.ts'
import { amountOf, instantOf } from './amounts.ts'
import { burnOf } from './burn.ts'
import { carriedBy, faultOf } from './entry-charge.ts'
import type { AuditSettings } from './external.ts'
import type { Finding, Remedy } from './finding.ts'
import { addEntry } from './fold.ts'
import { limitFaults, windowFaults } from './limits.ts'
import { paymentFault } from './money-in.ts'
import { refusalFault } from './refusals.ts'
import { noteCharge, repeatOf } from './repeats.ts'
import { type AuditRule, RULES } from './rules.ts'
import { isCovered, sourceFaults } from './sources.ts'
import { type AuditState, runKey } from './state.ts'
import type { DatedBook } from './tariff.ts'

/** What entries are compared with. */
export interface AuditRefs {
  /** Every version that the account has had, by its reference: `pro@3`. */
  readonly plans: ReadonlyMap<string, Plan>
  readonly books: readonly DatedBook[]
  readonly settings?: AuditSettings
}

interface Found {
  readonly rule: AuditRule
  readonly about: string
  readonly expected: Nanos | null
  readonly posted: Nanos | null
  readonly remedy?: Remedy
  readonly calls?: readonly string[]
  readonly seqs?: readonly number[]
  readonly confidence?: Finding['confidence']
  readonly evidence: Readonly<Record<string, unknown>>
}

/** A refused refund of a purchase puts back what it took. */
const RETURNING: readonly string[] = ['undo_refund_purchase', 'refund']

const CHARGING: readonly string[] = ['settle', 'record', 'complete']

/** One entry against the account's sums before it. Of one charge the most telling fault is the finding. */
export class EntryAudit {
  readonly #state: AuditState
  readonly #body: EntryBody
  readonly #settings: AuditSettings
  readonly #books: readonly DatedBook[]
  readonly #plan: Plan | undefined

  constructor(
    state: AuditState,
    body: EntryBody,
    refs: AuditRefs & { readonly settings: AuditSettings },
  ) {
    this.#state = state
    this.#body = body
    this.#settings = refs.settings
    this.#books = refs.books
    this.#plan = refs.plans.get(body.plan ?? state.plan)
  }

  findings(): Finding[] {
    const body = this.#body
    const found: Found[] = []
    const payment = paymentFault(this.#state, body)
    if (payment)
      found.push({ ...payment, about: `${body.seq}`, remedy: remedyOfPayment(payment.rule, body) })
    const charges = CHARGING.includes(body.kind) && !body.refused && body.call !== undefined
    if (charges) found.push(...this.#charge())
    else found.push(...this.#refusal())
    const runs = charges ? this.#runs() : []
    addEntry(this.#state, body)
    noteCharge(this.#state, body, runs)
    found.push(...this.#afterwards())
    if (charges) found.push(...this.#burn())
    return found.map((own) => this.#finding(own))
  }

  /** The call of a charge; its runs only where its plan covers it. */
  #runs(): string[] {
    const { call, windows = [] } = this.#body
    if (!call || !isCovered({ body: this.#body, call, plan: this.#plan })) return []
    return windows.flatMap(({ id, start }) => (start === null ? [] : [runKey(id, start)]))
  }

  #charge(): Found[] {
    const body = this.#body
    const callId = body.call!.call_id
    const repeat = repeatOf(this.#state, body, this.#settings)
    if (repeat) {
      const { rule, posted, firstCallId, firstSeq, evidence } = repeat
      // a call that was charged twice under one id is told apart by its entry
      const same = firstCallId === callId
      return [
        {
          rule,
          about: same ? `${callId}#${body.seq}` : callId,
          expected: ZERO,
          posted,
          calls: same ? [callId] : [callId, firstCallId],
          seqs: firstSeq === null ? [body.seq] : [body.seq, firstSeq],
          remedy: { type: 'refund', callId, amount: posted },
          evidence,
        },
      ]
    }
    const fault = faultOf(body, { plan: this.#plan, books: this.#books })
    if (fault) return [{ ...fault, about: callId }]
    return this.#sources(callId)
  }

  #sources(callId: string): Found[] {
    const drawing = {
      state: this.#state,
      body: this.#body,
      call: this.#body.call!,
      plan: this.#plan,
    }
    const faults = [
      ...sourceFaults(drawing),
      ...limitFaults({ ...drawing, lateAfterMs: this.#settings.lateAfterMs }),
    ]
    const carried = carriedBy(this.#body)
    return faults.slice(0, 1).map(({ rule, amount, about, evidence }) => ({
      rule,
      about: about === '' ? callId : `${callId}:${about.split('\n')[0]}`,
      expected: amount === ZERO ? null : subtract(carried, amount),
      posted: amount === ZERO ? null : carried,
      remedy: amount === ZERO ? { type: 'review' } : { type: 'refund', callId, amount },
      evidence,
    }))
  }

  #refusal(): Found[] {
    const body = this.#body
    const { call } = body
    if (!call || !body.refused) return []
    const drawing = { state: this.#state, body, call, plan: this.#plan }
    const [bounds] = windowFaults({ ...drawing, lateAfterMs: this.#settings.lateAfterMs })
    const fault = bounds ?? refusalFault(drawing)
    if (!fault) return []
    const { rule, evidence } = fault
    const remedy = { type: 'review' } as const
    return [{ rule, about: `${body.seq}`, expected: null, posted: null, remedy, evidence }]
  }

  /** A correction that gave back more than there was. */
  #afterwards(): Found[] {
    const { kind, seq, call, lot_id: lotId, restored_lots: restored = [] } = this.#body
    if (kind === 'settle' || kind === 'record' || this.#body.refused) return []
    const charge = call && this.#state.charges.get(call.call_id)
    if (charge && charge.net < ZERO) return [this.#mirror(`${seq}`, negate(charge.net))]
    const ends = lotId !== undefined && this.#gives(lotId)
    for (const id of ends ? [lotId] : restored.map((own) => own.id)) {
      const lot = this.#state.lots.get(id)
      const face = ends ? ZERO : amountOf(lot?.facts.face)
      const excess = subtract(lot?.remaining ?? ZERO, face)
      if (excess > ZERO) return [this.#mirror(`${seq}`, excess)]
    }
    return []
  }

  /** The end of a lot takes from it, and never gives. */
  #gives(lotId: string): boolean {
    const drawn = this.#body.funding?.find(({ source }) => source === lotId)?.drawn
    return drawn !== undefined && amountOf(drawn) < ZERO && !RETURNING.includes(this.#body.kind)
  }

  #mirror(about: string, excess: Nanos): Found {
    const evidence = { kind: this.#body.kind, ref_seq: this.#body.ref_seq ?? null }
    return {
      rule: 'reversal_not_mirrored',
      about,
      expected: ZERO,
      posted: negate(excess),
      remedy: { type: 'review' },
      evidence,
    }
  }

  #burn(): Found[] {
    return burnOf(this.#state, this.#body, this.#settings.burn).map(({ sign, hour, evidence }) => ({
      rule: 'unusual_burn',
      about: `${sign}:${hour}`,
      expected: null,
      posted: null,
      remedy: { type: 'review' },
      evidence: { sign, ...evidence },
    }))
  }

  #finding(found: Found): Finding {
    const { call, seq } = this.#body
    const { rule, expected, posted } = found
    const difference = expected === null || posted === null ? ZERO : subtract(posted, expected)
    return {
      rule,
      key: `${rule}:${found.about}`,
      accountId: this.#state.accountId,
      currency: this.#body.currency,
      calls: found.calls ?? (call ? [call.call_id] : []),
      seqs: found.seqs ?? [seq],
      at: instantOf(this.#body.at),
      expected,
      posted,
      difference,
      confidence: found.confidence ?? RULES[rule].confidence,
      evidence: found.evidence,
      remedy: found.remedy ?? remedyOf(rule, difference, call?.call_id),
    }
  }
}

const remedyOfPayment = (rule: AuditRule, { seq }: EntryBody): Remedy =>
  rule === 'top_up_duplicated' ? { type: 'reverse', seq } : { type: 'review' }

/** What was taken too much goes back; what was taken too little stays. */
function remedyOf(rule: AuditRule, difference: Nanos, callId: string | undefined): Remedy {
  if (rule === 'negative_amount' || rule === 'hold_leaked' || rule === 'total_not_closed')
    return { type: 'review' }
  if (difference > ZERO && callId !== undefined)
    return { type: 'refund', callId, amount: difference }
  return { type: 'none' }
}
