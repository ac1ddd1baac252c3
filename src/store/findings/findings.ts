import type pg from 'pg'
import type { FINDING_STATUSES } from '../../contract/schemas/findings.ts'
import type { AuditRule, Finding } from '../../core/audit/index.ts'
import type { ActorFacts } from '../../core/ledger/index.ts'
import { formatNanos, type Nanos, nanos, readNanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export type FindingStatus = (typeof FINDING_STATUSES)[number]

export interface StoredFinding {
  readonly accountId: string
  readonly finding: Finding
  readonly foundAt: Instant
  readonly status: FindingStatus
  readonly statusReason: string | null
  readonly refundSeq: number | null
  /** Taken from the ceilings for a refund that is under way. */
  readonly reserved: Nanos | null
  readonly decidedBy: ActorFacts | null
  readonly decidedAt: Instant | null
}

interface FindingBody {
  readonly calls: readonly string[]
  readonly seqs: readonly number[]
  readonly evidence: Readonly<Record<string, unknown>>
  readonly remedy: Readonly<Record<string, unknown>> & { readonly type: string }
}

const bodyOf = ({ calls, seqs, evidence, remedy }: Finding): FindingBody => ({
  calls,
  seqs,
  evidence,
  remedy: 'amount' in remedy ? { ...remedy, amount: formatNanos(remedy.amount) } : remedy,
})

const remedyIn = (remedy: FindingBody['remedy']): Finding['remedy'] =>
  (typeof remedy.amount === 'string'
    ? { ...remedy, amount: readNanos(remedy.amount) }
    : remedy) as Finding['remedy']

/** The same finding again changes nothing. Returns how many are new. */
export async function storeFindings(
  client: pg.ClientBase,
  findings: readonly Finding[],
  at: Instant,
): Promise<number> {
  let stored = 0
  for (const finding of findings) {
    const { rowCount } = await client.query(
      `insert into accounts.finding
         (account_id, finding_key, rule, currency, confidence, at, found_at, expected, posted,
          difference, body, status)
       values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::timestamptz, $7::timestamptz,
         $8::bigint, $9::bigint, $10::bigint, $11::json, 'open')
       on conflict do nothing`,
      [
        finding.accountId,
        finding.key,
        finding.rule,
        finding.currency,
        finding.confidence,
        formatInstant(finding.at),
        formatInstant(at),
        finding.expected,
        finding.posted,
        finding.difference,
        JSON.stringify(bodyOf(finding)),
      ],
    )
    stored += rowCount ?? 0
  }
  return stored
}

interface Row {
  readonly account_id: string
  readonly finding_key: string
  readonly rule: AuditRule
  readonly currency: string
  readonly confidence: Finding['confidence']
  readonly at: Date
  readonly found_at: Date
  readonly expected: string | null
  readonly posted: string | null
  readonly difference: string
  readonly body: FindingBody
  readonly status: FindingStatus
  readonly status_reason: string | null
  readonly refund_seq: string | null
  readonly reserved: string | null
  readonly decided_by: ActorFacts | null
  readonly decided_at: Date | null
}

const COLUMNS = `account_id, finding_key, rule, currency, confidence, at, found_at, expected, posted,
  difference, body, status, status_reason, refund_seq, reserved, decided_by, decided_at`

const amount = (text: string | null): Nanos | null => (text === null ? null : nanos(BigInt(text)))

const storedOf = (row: Row): StoredFinding => ({
  accountId: row.account_id,
  finding: {
    rule: row.rule,
    key: row.finding_key,
    accountId: row.account_id,
    currency: row.currency,
    calls: row.body.calls,
    seqs: row.body.seqs,
    at: instant(row.at.getTime()),
    expected: amount(row.expected),
    posted: amount(row.posted),
    difference: nanos(BigInt(row.difference)),
    confidence: row.confidence,
    evidence: row.body.evidence,
    remedy: remedyIn(row.body.remedy),
  },
  foundAt: instant(row.found_at.getTime()),
  status: row.status,
  statusReason: row.status_reason,
  refundSeq: row.refund_seq === null ? null : Number(row.refund_seq),
  reserved: amount(row.reserved),
  decidedBy: row.decided_by,
  decidedAt: row.decided_at && instant(row.decided_at.getTime()),
})

export interface FindingQuery {
  /** `null`: of all accounts. */
  readonly accountId: string | null
  readonly rule: string | null
  readonly status: string | null
  readonly before: readonly [foundAtMs: number, accountId: string, key: string] | null
  readonly limit: number
}

/** The latest found first. */
export async function listFindings(
  pool: pg.Pool,
  { accountId, rule, status, before, limit }: FindingQuery,
): Promise<readonly StoredFinding[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from accounts.finding
     where ($1::text is null or account_id = $1::text) and ($2::text is null or rule = $2::text)
       and ($3::text is null or status = $3::text)
       and ($4::bigint is null or (found_at, account_id, finding_key) <
         (to_timestamp($4::bigint::double precision / 1000), $5::text, $6::text))
     order by found_at desc, account_id desc, finding_key desc limit $7::integer`,
    [accountId, rule, status, before?.[0] ?? null, before?.[1] ?? null, before?.[2] ?? null, limit],
  )
  return rows.map(storedOf)
}

export async function readFinding(
  pool: pg.Pool | pg.ClientBase,
  { accountId, key }: { readonly accountId: string; readonly key: string },
  lock: 'lock' | 'read' = 'read',
): Promise<StoredFinding | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from accounts.finding
     where account_id = $1::text and finding_key = $2::text
     ${lock === 'lock' ? 'for update' : ''}`,
    [accountId, key],
  )
  return rows[0] ? storedOf(rows[0]) : null
}

/** Findings about which nothing is decided, and refunds that a crash left half-way. */
export async function unfinishedFindings(
  pool: pg.Pool,
  limit: number,
): Promise<readonly StoredFinding[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from accounts.finding
     where status in ('open', 'refunding') order by found_at limit $1::integer`,
    [limit],
  )
  return rows.map(storedOf)
}

export interface FindingMove {
  readonly accountId: string
  readonly key: string
  /** Only from one of these. */
  readonly from: readonly FindingStatus[]
  readonly to: FindingStatus
  readonly reason: string | null
  readonly refundSeq?: number | undefined
  /** Taken from the ceilings; absent: nothing, and what was taken is spent or given back to them. */
  readonly reserved?: Nanos | undefined
  readonly by: ActorFacts
  readonly at: Instant
}

/** `false`: somebody else has decided meanwhile. */
export async function moveFinding(
  client: pg.Pool | pg.ClientBase,
  move: FindingMove,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update accounts.finding
     set status = $4::text, status_reason = $5::text, refund_seq = coalesce($6::bigint, refund_seq),
         decided_by = $7::json, decided_at = $8::timestamptz, reserved = $9::bigint
     where account_id = $1::text and finding_key = $2::text and status = any($3::text[])`,
    [
      move.accountId,
      move.key,
      move.from,
      move.to,
      move.reason,
      move.refundSeq ?? null,
      JSON.stringify(move.by),
      formatInstant(move.at),
      move.reserved ?? null,
    ],
  )
  return rowCount === 1
}
