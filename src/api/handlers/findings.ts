import { faultAt } from '../../contract/problem-words/faults.ts'
import { receiptId } from '../../contract/receipt/index.ts'
import { formatNanos } from '../../core/money/index.ts'
import { type RemedyPolicy, unknownRules } from '../../core/remedies/policy.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { auditNewEntries } from '../../engine/audit/detect.ts'
import { approve, isRemediable } from '../../engine/audit/remedy.ts'
import { listTerms, publishTerms, type TermsRecord } from '../../store/control/terms.ts'
import {
  type FindingStatus,
  listFindings,
  moveFinding,
  readFinding,
  type StoredFinding,
} from '../../store/findings/findings.ts'
import { AuditBooks } from '../../store/findings/refs.ts'
import { actorOf, callerId } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'

type Findings =
  | 'listFindings'
  | 'listAccountFindings'
  | 'getFinding'
  | 'checkAccount'
  | 'approveFinding'
  | 'dismissFinding'
  | 'publishRemedyPolicy'
  | 'listRemedyPolicies'

const CHECK_ROUNDS_MAX = 10
const GIVING: readonly FindingStatus[] = ['refunding', 'remedied']

export const findingHandlers: Handlers<Findings> = {
  listFindings: ({ query }, services) => answerPage(services, null, query),

  listAccountFindings: async ({ params, query }, services) => {
    await needAccount(services.pool, params.account_id)
    return answerPage(services, params.account_id, query)
  },

  getFinding: async ({ params }, services) => ok(findingJson(await needed(services, params))),

  checkAccount: async ({ params }, services) => {
    const { pool, nowMs } = services
    await needAccount(pool, params.account_id)
    const parts = { pool, books: new AuditBooks(pool), at: instant(nowMs()) }
    // a long history takes several rounds; the job goes on where this stops
    for (let round = 0; round < CHECK_ROUNDS_MAX; round += 1)
      if ((await auditNewEntries(parts, params.account_id)).isDone) break
    return answerPage(services, params.account_id, {})
  },

  approveFinding: async ({ params, caller, from }, services) => {
    const stored = await needed(services, params)
    if (!isRemediable(stored)) throw new ProblemError('finding_decided')
    const parts = { ...services, at: instant(services.nowMs()) }
    const decided = await approve(parts, stored, actorOf(caller, from))
    const now = await needed(services, params)
    // somebody else, or this very request before, has given it back or is about to
    if (decided === null && !GIVING.includes(now.status)) throw new ProblemError('finding_decided')
    return ok(findingJson(now))
  },

  dismissFinding: async ({ params, body, caller, from }, services) => {
    await needed(services, params)
    const moved = await moveFinding(services.pool, {
      accountId: params.account_id,
      key: params.finding_key,
      from: ['open', 'proposed', 'recorded'],
      to: 'dismissed',
      reason: body.reason,
      by: actorOf(caller, from),
      at: instant(services.nowMs()),
    })
    if (!moved) throw new ProblemError('finding_decided')
    return ok(findingJson(await needed(services, params)))
  },

  publishRemedyPolicy: async ({ body, caller }, { pool, nowMs }) => {
    const document = body as RemedyPolicy
    const unknown = unknownRules(document)
    if (unknown.length > 0)
      throw new ProblemError('remedy_policy_invalid', {
        errors: unknown.map((place) => faultAt(`body/${place}`, 'rule_unknown')),
      })
    const at = instant(nowMs())
    const { version } = document
    const terms = {
      kind: 'remedies',
      name: '*',
      version,
      document,
      at,
      by: callerId(caller),
    } as const
    const done = await publishTerms<RemedyPolicy>(pool, terms)
    if (done.status === 'version_taken') throw new ProblemError('remedy_policy_exists')
    const rows = await listTerms<RemedyPolicy>(pool, 'remedies')
    const answer = policyJson(done.record, rows)
    return done.status === 'published' ? created(answer) : ok(answer)
  },

  listRemedyPolicies: async (_inbound, { pool, nowMs }) => {
    const rows = await listTerms<RemedyPolicy>(pool, 'remedies')
    const items = rows.map((row) => policyJson(row, rows))
    return ok({ items, as_of: formatInstant(instant(nowMs())) })
  },
}

const policyJson = (
  record: TermsRecord<RemedyPolicy>,
  rows: readonly TermsRecord<RemedyPolicy>[],
) => ({
  document: record.document,
  in_force: rows.at(-1)?.document.version === record.document.version,
  published_at: formatInstant(record.publishedAt),
  published_by: record.publishedBy,
})

async function needed(
  { pool }: Services,
  params: { readonly account_id: string; readonly finding_key: string },
): Promise<StoredFinding> {
  await needAccount(pool, params.account_id)
  const found = await readFinding(pool, { accountId: params.account_id, key: params.finding_key })
  if (!found) throw new ProblemError('finding_unknown')
  return found
}

interface Asked {
  readonly rule?: string
  readonly status?: string
  readonly cursor?: string
  readonly limit?: number
}

async function answerPage({ pool, nowMs }: Services, accountId: string | null, query: Asked) {
  const before = decodeCursor('findings', ['number', 'string', 'string'], query.cursor)
  const limit = query.limit ?? PAGE_DEFAULT
  const found = await listFindings(pool, {
    accountId,
    rule: query.rule ?? null,
    status: query.status ?? null,
    before,
    limit: limit + 1,
  })
  const { items, next_cursor } = pageOf(found, limit, (last) =>
    encodeCursor('findings', [last.foundAt, last.accountId, last.finding.key]),
  )
  const as_of = formatInstant(instant(nowMs()))
  return ok({ items: items.map(findingJson), next_cursor, as_of })
}

export const findingJson = ({ finding, ...stored }: StoredFinding) => ({
  account_id: stored.accountId,
  finding_key: finding.key,
  rule: finding.rule,
  confidence: finding.confidence,
  currency: finding.currency,
  calls: finding.calls,
  receipts: finding.calls.map(receiptId),
  entries: finding.seqs,
  at: formatInstant(finding.at),
  found_at: formatInstant(stored.foundAt),
  expected: finding.expected === null ? null : formatNanos(finding.expected),
  posted: finding.posted === null ? null : formatNanos(finding.posted),
  difference: formatNanos(finding.difference),
  evidence: finding.evidence,
  status: stored.status,
  status_reason: stored.statusReason,
  remedy: finding.remedy.type,
  refund_entry: stored.refundSeq,
  decided_by: stored.decidedBy && { type: stored.decidedBy.type, id: stored.decidedBy.id },
  decided_at: stored.decidedAt === null ? null : formatInstant(stored.decidedAt),
})
