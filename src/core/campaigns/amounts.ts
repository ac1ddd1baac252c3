import { formatNanos, min, type Nanos, nanos, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { type AccountFacts, planAt } from './facts.ts'
import { type CampaignReader, type TimeDocument, whenDocument } from './reader.ts'
import type { Amounts, PlanAmount } from './types.ts'

export type AmountsDocument =
  | {
      readonly by: 'plan'
      /** Which plan counts: that at an instant, or that of the claim (the default). */
      readonly at?: TimeDocument | 'claim'
      readonly table: Readonly<Record<string, PlanAmountDocument>>
    }
  | { readonly by: 'account'; readonly table: Readonly<Record<string, string>> }

type PlanAmountDocument = string | { readonly per_seat: string; readonly ceiling?: string }

export const PLAN_AMOUNTS_MAX = 256
export const ACCOUNT_AMOUNTS_MAX = 50_000
const ACCOUNT = /^[A-Za-z0-9._:-]{1,128}$/

export function readAmounts(reader: CampaignReader, value: unknown): Amounts {
  const fields = reader.object(value, '/amounts', ['by', 'at', 'table']) ?? {}
  const by = reader.oneOf(fields.by, '/amounts/by', ['plan', 'account'])
  const isTable =
    typeof fields.table === 'object' && fields.table !== null && !Array.isArray(fields.table)
  const rows: [string, unknown][] = isTable ? Object.entries(fields.table as object) : []
  const max = by === 'plan' ? PLAN_AMOUNTS_MAX : ACCOUNT_AMOUNTS_MAX
  if (rows.length === 0 || rows.length > max)
    reader.fail('/amounts/table', 'campaign_not_amounts', { max })
  const read = rows.slice(0, max)
  if (by === 'account') return accountTable(reader, read)
  reader.plans(Object.keys(Object.fromEntries(read)), '/amounts/table')
  return {
    by,
    at: reader.when(fields.at, '/amounts/at'),
    table: read.map(([plan, own]) => [plan, readPlanAmount(reader, own, `/amounts/table/${plan}`)]),
  }
}

function accountTable(reader: CampaignReader, rows: readonly [string, unknown][]): Amounts {
  const strange = rows.find(([account]) => !ACCOUNT.test(account))
  if (strange) reader.fail('/amounts/table', 'campaign_not_account')
  const table = new Map(
    rows.map(([account, own]) => [account, reader.positive(own, `/amounts/table/${account}`)]),
  )
  return { by: 'account', table }
}

function readPlanAmount(reader: CampaignReader, value: unknown, location: string): PlanAmount {
  if (typeof value === 'string') return { kind: 'fixed', amount: reader.positive(value, location) }
  const fields = reader.object(value, location, ['per_seat', 'ceiling']) ?? {}
  return {
    kind: 'seats',
    perSeat: reader.positive(fields.per_seat, `${location}/per_seat`),
    ceiling:
      fields.ceiling === undefined ? null : reader.positive(fields.ceiling, `${location}/ceiling`),
  }
}

export function amountsDocument(amounts: Amounts): AmountsDocument {
  if (amounts.by === 'account') {
    const rows = [...amounts.table].map(([account, own]) => [account, formatNanos(own)])
    return { by: 'account', table: Object.fromEntries(rows) }
  }
  const rows = amounts.table.map(([plan, own]) => [plan, planAmountDocument(own)])
  return { by: 'plan', at: whenDocument(amounts.at), table: Object.fromEntries(rows) }
}

const planAmountDocument = (own: PlanAmount): PlanAmountDocument =>
  own.kind === 'fixed'
    ? formatNanos(own.amount)
    : {
        per_seat: formatNanos(own.perSeat),
        ...(own.ceiling !== null && { ceiling: formatNanos(own.ceiling) }),
      }

/** What an account gets, and by which plan; `null`: the table has nothing for it. */
export interface OwnAmount {
  readonly amount: Nanos | null
  /** The plan that counted; `null` for amounts by account. */
  readonly plan: string | null
}

/** A version named in the table (`pro@3`) goes before the plan (`pro`). */
export function amountFor(amounts: Amounts, facts: AccountFacts, at: Instant): OwnAmount {
  if (amounts.by === 'account')
    return { amount: amounts.table.get(facts.accountId) ?? null, plan: null }
  const plan = planAt(facts, amounts.at === 'claim' ? at : amounts.at.at)
  const row =
    amounts.table.find(([name]) => name === plan) ??
    amounts.table.find(([name]) => plan?.startsWith(`${name}@`))
  return { amount: row ? planAmount(row[1], facts.seats) : null, plan }
}

/** Without a number of seats the amount is not known, and nothing is guessed. */
function planAmount(own: PlanAmount, seats: number | null): Nanos | null {
  if (own.kind === 'fixed') return own.amount
  if (seats === null || seats < 1) return null
  const all = nanos(own.perSeat * BigInt(seats))
  const amount = own.ceiling === null ? all : min(all, own.ceiling)
  return amount > ZERO && amount < AMOUNT_LIMIT ? amount : null
}

/** As for every amount that the API takes: below one billion. */
const AMOUNT_LIMIT = 1_000_000_000n * 1_000_000_000n
