import { createHash } from 'node:crypto'
import { amount, Lie, same, sameAmount, written } from './amounts.ts'

/** What the verifier reads of an entry's body. Everything else in it is covered by the hash. */
export interface Body {
  readonly account_id: string
  readonly seq: number
  readonly kind: string
  readonly at: string
  readonly event_at: string
  readonly currency: string
  readonly plan?: string
  readonly refused?: object
  readonly postings: readonly (readonly [string, string, string, string?])[]
  readonly call?: { readonly features: readonly string[] }
  readonly served?: {
    readonly tier: string | null
    readonly speed: string | null
    readonly region: string | null
  }
  readonly rating?: {
    readonly status: string
    readonly book?: string
    readonly model?: string
    readonly lines?: readonly never[]
    readonly total?: string
  }
  readonly coverage?: { readonly effect: string }
  readonly funding?: readonly Step[]
  readonly windows?: readonly Run[]
  readonly totals?: Readonly<Record<'total' | 'money' | 'included' | 'absorbed', string>>
  readonly hold?: Readonly<Record<'money' | 'included' | 'settled' | 'released', string>>
  readonly caps?: readonly CapUse[]
  readonly lot?: LotTerms
  readonly lot_id?: string
  readonly restored_lots?: readonly LotTerms[]
  readonly outcome?: { readonly customer_pays: string }
  readonly evidence_sha256?: string
}

export interface Step {
  readonly class: string
  readonly source: string
  readonly free: string
  readonly drawn: string
  readonly reason: string | null
}

export interface Run {
  readonly id: string
  readonly start: string | null
  readonly end: string | null
  readonly capacity: string
  readonly used: string
  readonly held: string
  readonly drawn: string
  readonly overshoot: string
}

export interface CapUse {
  readonly amount: string
  readonly spent: string
  readonly held: string
  readonly drawn: string
  readonly promised?: string
}

export interface LotTerms {
  readonly id: string
  readonly face: string
  readonly category: string
  readonly position: string
  readonly effective_at: string
  readonly expires_at: string | null
}

/** One link of the chain: sha256 of the previous hash's bytes and the body's bytes, as they were written. */
export const link = (previous: string, body: string): string =>
  createHash('sha256').update(previous, 'hex').update(body, 'utf8').digest('hex')

/** Sums that every entry has to close by itself. */
export function checkSums(body: Body): void {
  const sums = new Map<string, bigint>()
  for (const [, asset, text] of body.postings)
    sums.set(asset, (sums.get(asset) ?? 0n) + amount(text))
  for (const [asset, sum] of sums)
    if (sum !== 0n) throw new Lie(`postings of ${asset}`, written(sum), '0')
  checkTotals(body)
  const { hold } = body
  if (hold) {
    const reserved = amount(hold.money) + amount(hold.included)
    sameAmount('what was held', written(reserved), amount(hold.settled) + amount(hold.released))
  }
  for (const use of body.caps ?? []) checkCap(body, use)
}

function checkTotals({ totals, funding = [], postings, currency }: Body): void {
  if (!totals) return
  const [money, included] = [amount(totals.money), amount(totals.included)]
  sameAmount('total', totals.total, money + included + amount(totals.absorbed))
  const drawn = (of: (step: Step) => boolean): bigint =>
    funding.filter(of).reduce((sum, step) => sum + amount(step.drawn), 0n)
  sameAmount(
    'drawn from the plan',
    totals.included,
    drawn((step) => step.class === 'included'),
  )
  sameAmount(
    'drawn from money',
    totals.money,
    drawn((step) => step.class !== 'included'),
  )
  const posted = (asset: string, accounts: string): bigint =>
    postings
      .filter(([account, own]) => own === asset && account.startsWith(accounts))
      .reduce((sum, [, , text]) => sum - amount(text), 0n)
  sameAmount('posted to the customer', totals.money, posted(currency, 'customer:'))
  sameAmount(
    'posted to the plan',
    totals.included,
    posted(`${currency}.included`, 'included:allowance'),
  )
}

function checkCap({ refused }: Body, use: CapUse): void {
  const drawn = amount(use.drawn)
  if (drawn <= 0n || refused) return
  if (use.promised !== undefined && drawn <= amount(use.promised)) return
  const reached = amount(use.spent) + amount(use.held) + drawn
  if (reached > amount(use.amount)) throw new Lie('spent under a cap', written(reached), use.amount)
}

/** Drawn in the stated order, and nothing passed over without a reason. */
export function checkOrder({ funding = [], totals, kind, rating }: Body): void {
  if (!['settle', 'record', 'complete'].includes(kind)) return
  let rank = 0
  let open: string | null = null
  for (const step of funding) {
    const own = RANKS.indexOf(step.class)
    if (own < rank) throw new Lie(`place of ${step.source}`, step.class, RANKS[rank])
    rank = own
    const [drawn, free] = [amount(step.drawn), amount(step.free)]
    if (drawn < 0n) throw new Lie(`drawn from ${step.source}`, step.drawn, 'not below zero')
    const bounded = step.class !== 'included' || step.reason !== null
    if (bounded && drawn > free)
      throw new Lie(`drawn from ${step.source}`, step.drawn, `at most ${step.free}`)
    if (drawn > 0n && open !== null)
      throw new Lie(`drawn from ${step.source}`, step.drawn, `0: ${open} was not used up`)
    if (step.reason === null || step.reason === 'not_needed') open ??= step.source
    if (SPENT.includes(step.reason ?? '') && drawn !== free && step.class !== 'included')
      throw new Lie(`drawn from ${step.source}`, step.drawn, step.free)
  }
  if (
    rating?.status === 'priced' &&
    totals &&
    rating.total !== undefined &&
    amount(totals.total) !== 0n
  )
    same('total and rating', amount(totals.total), amount(rating.total))
}

/** These say that all that was free was drawn. */
const SPENT: readonly string[] = ['exhausted', 'held', 'cap_reached']
const RANKS = ['before_windows', 'included', 'promotional', 'paid', 'overage']
