import type pg from 'pg'
import { type Fault, faultAt } from '../contract/problem-words/faults.ts'
import { type JurisdictionPolicy, policyFault, policyRef } from '../core/tax/index.ts'
import { type Instant, latestInForce } from '../core/time/index.ts'
import { listTerms, type PublishTerms, publishTerms } from '../store/control/terms.ts'
import { type BundleList, bundleListFaults } from './bundles.ts'

/** What is sold now, in each currency. */
export async function bundlesInForce(pool: pg.Pool, at: Instant): Promise<BundleList[]> {
  const rows = await listTerms<BundleList>(pool, 'bundles')
  const lists = rows.map(({ document }) => document)
  const currencies = [...new Set(lists.map(({ currency }) => currency))]
  return currencies.flatMap(
    (own) =>
      latestInForce(
        lists.filter(({ currency }) => currency === own),
        at,
      ) ?? [],
  )
}

export type Published<Document> =
  | PublishTerms<Document>
  | { readonly status: 'invalid'; readonly faults: readonly Fault[] }

interface Publishing<Document> {
  /** Follows the schema. */
  readonly document: Document
  readonly at: Instant
  readonly by: string
}

/** Publishes a version of a jurisdiction's row, for ever. */
export async function publishPolicy(
  pool: pg.Pool,
  { document, at, by }: Publishing<JurisdictionPolicy>,
): Promise<Published<JurisdictionPolicy>> {
  const fault = policyFault(document)
  if (fault)
    return {
      status: 'invalid',
      faults: [faultAt(`body/${fault.field}`, fault.code, { ref: policyRef(document) })],
    }
  const { jurisdiction: name, version } = document
  return publishTerms(pool, { kind: 'policy', name, version, document, at, by })
}

/** Publishes a version of the bundles of a currency, for ever. */
export async function publishBundles(
  pool: pg.Pool,
  { document, at, by }: Publishing<BundleList>,
): Promise<Published<BundleList>> {
  const faults = bundleListFaults(document)
  if (faults.length > 0) return { status: 'invalid', faults }
  const { currency: name, version } = document
  return publishTerms(pool, { kind: 'bundles', name, version, document, at, by })
}
