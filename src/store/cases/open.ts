import type pg from 'pg'
import type { CaseFacts, CaseOrigin } from '../../core/cases/index.ts'
import type { ActorFacts } from '../../core/ledger/entry.ts'
import type { Nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { derivedId } from '../control/index.ts'

export interface NewCase {
  /** `null`: not of one account. */
  readonly accountId: string | null
  readonly origin: CaseOrigin
  /** What it is opened for: of one origin and key there is one case for ever. */
  readonly originKey: string
  /** `[a-z0-9_]`: what it is about. */
  readonly subject: string
  /** Facts and codes, no prose. */
  readonly facts: Readonly<Record<string, unknown>>
  /** What is at stake; `null`: no amount. */
  readonly amount: { readonly nanos: Nanos; readonly currency: string } | null
  readonly openedBy: ActorFacts
  readonly at: Instant
  /** Of the letters to the account; English unless told. */
  readonly language?: 'en' | 'ja'
  /** When the next step is due; absent: it has no time. */
  readonly dueAt?: Instant | null
  /** What its first step records. */
  readonly received?: CaseFacts['received']
}

export const caseIdOf = ({ origin, originKey }: Pick<NewCase, 'origin' | 'originKey'>): string =>
  derivedId('case', origin, originKey)

/**
 * Opens a case, once for its origin and key whoever asks how often: the id follows from them. Takes a
 * client where it has to be part of a transaction.
 */
export async function openCase(
  client: pg.Pool | pg.ClientBase,
  fresh: NewCase,
): Promise<{ readonly caseId: string; readonly created: boolean }> {
  const caseId = caseIdOf(fresh)
  const { rowCount } = await client.query(OPEN, [
    caseId,
    fresh.accountId,
    fresh.origin,
    fresh.originKey,
    fresh.subject,
    JSON.stringify(fresh.facts),
    fresh.amount?.nanos ?? null,
    fresh.amount?.currency ?? null,
    JSON.stringify(fresh.openedBy),
    formatInstant(fresh.at),
    fresh.language ?? 'en',
    fresh.dueAt ? formatInstant(fresh.dueAt) : null,
    JSON.stringify(fresh.received ?? {}),
  ])
  return { caseId, created: rowCount === 1 }
}

const OPEN = `
  with opened as (
    insert into control.case_file
      (case_id, account_id, origin, origin_key, subject, facts, amount, currency, state, steps,
       opened_by, opened_at, updated_at, language, due_at)
    values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::jsonb, $7::bigint, $8::text,
      'received', 1, $9::jsonb, $10::timestamptz, $10::timestamptz, $11::text, $12::timestamptz)
    on conflict do nothing
    returning case_id
  )
  insert into control.case_event (case_id, number, kind, at, actor, facts)
  select case_id, 1, 'received', $10::timestamptz, $9::jsonb, $13::jsonb from opened`
