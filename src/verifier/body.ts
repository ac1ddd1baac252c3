/** What the verifier reads of an entry's body. Everything else in it is covered by the hash alone. */
export interface Body {
  readonly account_id: string
  readonly seq: number
  readonly kind: string
  readonly at: string
  readonly event_at: string
  readonly currency: string
  readonly postings: readonly (readonly [
    account: string,
    asset: string,
    amount: string,
    lot?: string,
  ])[]
  readonly command?: Readonly<Record<string, unknown>>
  readonly ref_seq?: number
  readonly refused?: { readonly code: string }
  readonly plan?: string
  readonly call?: Call
  readonly served?: Readonly<Record<'model' | 'tier' | 'speed' | 'region', string | null>>
  readonly outcome?: Readonly<Record<'code' | 'policy' | 'customer_pays', string>>
  readonly usage?: (Usage & { readonly parts?: readonly Usage[] }) | null
  readonly rating?: {
    readonly status: string
    readonly book?: string
    readonly model?: string
    readonly lines?: readonly Line[]
    readonly total?: string
  }
  readonly coverage?: { readonly effect: string }
  readonly funding?: readonly Step[]
  readonly windows?: readonly Run[]
  readonly caps?: readonly CapUse[]
  readonly hold?: Readonly<Record<'worst' | 'money' | 'included' | 'settled' | 'released', string>>
  readonly totals?: Readonly<Record<'total' | 'money' | 'included' | 'absorbed', string>>
  readonly absorbed_reason?: string
  readonly evidence_sha256?: string
  readonly lot?: LotTerms
  readonly lot_id?: string
  readonly restored_lots?: readonly LotTerms[]
  readonly pending?: string
  readonly controls?: { readonly paid_use?: boolean; readonly overage_limit?: string | null }
  readonly reason?: string
  readonly subscription?: { readonly plan: string }
  readonly transition?: { readonly type: string; readonly to_plan: string }
  readonly fee?: Readonly<
    Record<'net' | 'credit_used' | 'credit_added' | 'due' | 'tax' | 'billing', string>
  > & { readonly lines: readonly { readonly amount: string }[] }
  readonly payment?: {
    readonly payment_id: string
    readonly price: string
    readonly tax: string
    readonly tax_rate?: string
    readonly policy?: string
    readonly reload?: object
  }
  readonly purchase_refund?: Readonly<Record<'payment_id' | 'face' | 'price' | 'tax', string>>
  readonly dispute?: {
    readonly payment_id: string
    readonly partial?: true
    readonly still_frozen?: true
  }
  readonly cycle?: { readonly number: number; readonly start: string; readonly end: string }
  readonly invoice?: Readonly<
    Record<
      | 'invoice_id'
      | 'overage'
      | 'fees'
      | 'credit'
      | 'net'
      | 'tax'
      | 'total'
      | 'tax_rate'
      | 'policy',
      string
    >
  > & { readonly number: number; readonly statement: number }
  readonly owed_payment?: {
    readonly invoice_id: string | null
    readonly amount: string
    readonly overage: string
    readonly invoiced: string
  }
}

export interface Call {
  readonly model: string
  readonly features: readonly string[]
  readonly client: string | null
}

export interface Usage {
  readonly model?: string | null
  readonly tokens: Readonly<Record<string, number>>
  readonly fees: Readonly<Record<string, number>>
}

export interface Line {
  readonly type: string
  readonly kind?: string
  readonly model?: string
  readonly fee?: string
  readonly id?: string
  readonly quantity?: number
  readonly per_mtok?: string
  readonly each?: string
  readonly multiplier?: string
  readonly amount: string
}

/** A source in the order tried: what it could have given, what it gave, and why no more. */
export interface Step {
  readonly class: string
  readonly source: string
  readonly category?: string
  readonly free: string
  readonly drawn: string
  readonly reason: string | null
}

/** A run of a window just before the entry, and what the entry drew from it. */
export interface Run {
  readonly id: string
  /** `null`: it has not begun. */
  readonly start: string | null
  readonly end: string | null
  readonly capacity: string
  /** As the plan of the call's time had it, where it has become smaller. */
  readonly capacity_then?: string
  readonly used: string
  readonly held: string
  readonly drawn: string
  readonly overshoot: string
}

export interface CapUse {
  readonly id: string
  readonly bucket: string
  readonly period: string
  readonly amount: string
  readonly spent: string
  readonly held: string
  readonly counts: string
  readonly beside?: boolean
  readonly promised?: string
  readonly drawn: string
}

export interface LotTerms {
  readonly id: string
  readonly name: string
  readonly origin: string
  readonly category: string
  readonly face: string
  readonly price_paid: string
  readonly effective_at: string
  readonly expires_at: string | null
  readonly scope: {
    readonly models?: readonly string[]
    readonly features?: readonly string[]
    readonly clients?: readonly string[]
  }
  readonly position: string
  readonly priority: number
  readonly created_at: string
}

/** These charge a call. */
export const CHARGING: readonly string[] = ['settle', 'record', 'complete']
/** These give back what a call was charged, or move it to another source. */
export const CORRECTING: readonly string[] = ['refund', 'reverse', 'reattribute', 'rerate']

export const isCharge = (body: Body): boolean => CHARGING.includes(body.kind) && !body.refused
export const isCorrection = (body: Body): boolean =>
  CORRECTING.includes(body.kind) && !body.refused && body.call !== undefined
