import type { Fault } from '../../contract/problem-words/faults.ts'
import { type JurisdictionPolicy, policyRef } from '../../core/tax/index.ts'
import { formatInstant, type Instant, instant, latestInForce } from '../../core/time/index.ts'
import { type BundleList, bundleListRef } from '../../payments/bundles.ts'
import { type Published, publishBundles, publishPolicy } from '../../payments/terms.ts'
import { listTerms, type TermsRecord } from '../../store/control/terms.ts'
import { callerId } from '../caller.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { type Answer, ProblemError } from '../problem-answer.ts'

type Terms = 'publishPolicy' | 'listPolicies' | 'publishBundleList' | 'listBundleLists'

export const termsHandlers: Handlers<Terms> = {
  publishPolicy: async ({ body, caller }, { pool, nowMs }) => {
    const at = instant(nowMs())
    const done = await publishPolicy(pool, { document: body, at, by: callerId(caller) })
    const rows = await listTerms<JurisdictionPolicy>(pool, 'policy')
    return publishedAnswer(done, POLICY_CODES, (record) => policyJson(record, rows, at))
  },

  listPolicies: async (_inbound, { pool, nowMs }) => {
    const at = instant(nowMs())
    const rows = await listTerms<JurisdictionPolicy>(pool, 'policy')
    return ok({ items: rows.map((row) => policyJson(row, rows, at)), as_of: formatInstant(at) })
  },

  publishBundleList: async ({ body, caller }, { pool, nowMs }) => {
    const at = instant(nowMs())
    const done = await publishBundles(pool, { document: body, at, by: callerId(caller) })
    const rows = await listTerms<BundleList>(pool, 'bundles')
    return publishedAnswer(done, BUNDLE_CODES, (record) => bundlesJson(record, rows, at))
  },

  listBundleLists: async (_inbound, { pool, nowMs }) => {
    const at = instant(nowMs())
    const rows = await listTerms<BundleList>(pool, 'bundles')
    return ok({ items: rows.map((row) => bundlesJson(row, rows, at)), as_of: formatInstant(at) })
  },
}

const POLICY_CODES = { invalid: 'policy_invalid', taken: 'policy_exists' } as const
const BUNDLE_CODES = { invalid: 'bundle_list_invalid', taken: 'bundle_list_exists' } as const

function publishedAnswer<Document>(
  done: Published<Document>,
  codes: typeof POLICY_CODES | typeof BUNDLE_CODES,
  json: (record: TermsRecord<Document>) => object,
): Answer {
  if (done.status === 'invalid') throw invalid(codes.invalid, done.faults)
  if (done.status === 'version_taken') throw new ProblemError(codes.taken)
  return done.status === 'published' ? created(json(done.record)) : ok(json(done.record))
}

const invalid = (
  code: 'policy_invalid' | 'bundle_list_invalid',
  errors: readonly Fault[],
): ProblemError => new ProblemError(code, { errors })

const policyJson = (
  record: TermsRecord<JurisdictionPolicy>,
  rows: readonly TermsRecord<JurisdictionPolicy>[],
  at: Instant,
) => {
  const { jurisdiction } = record.document
  const own = rows
    .map(({ document }) => document)
    .filter((row) => row.jurisdiction === jurisdiction)
  const { version } = record.document
  const inForce = latestInForce(own, at)?.version === version
  return recordJson(record, policyRef(record.document), inForce)
}

const bundlesJson = (
  record: TermsRecord<BundleList>,
  rows: readonly TermsRecord<BundleList>[],
  at: Instant,
) => {
  const { currency, version } = record.document
  const own = rows.map(({ document }) => document).filter((row) => row.currency === currency)
  const inForce = latestInForce(own, at)?.version === version
  return recordJson(record, bundleListRef(record.document), inForce)
}

const recordJson = <Document>(record: TermsRecord<Document>, ref: string, inForce: boolean) => ({
  document: record.document,
  ref,
  in_force: inForce,
  published_at: formatInstant(record.publishedAt),
  published_by: record.publishedBy,
})
