import { isWholeMinor, type Nanos, readNanos, ZERO } from '../core/money/index.ts'

/** Credit that costs less than it is worth. */
export interface Bundle {
  readonly id: string
  readonly face: string
  readonly price: string
}

/** How much discounted credit an account on a plan may buy in a calendar month, at face value. */
export interface BundleLimit {
  /** A plan's id; `*`: every other plan. */
  readonly plan: string
  readonly face: string
}

/** What is sold in a currency: a version is immutable and holds from its time on. */
export interface BundleList {
  readonly currency: string
  readonly version: number
  readonly effective_from: string
  readonly bundles: readonly Bundle[]
  readonly monthly_limits: readonly BundleLimit[]
  readonly source: string
  readonly as_of: string
}

/** `USD@1` */
export const bundleListRef = (list: Pick<BundleList, 'currency' | 'version'>): string =>
  `${list.currency}@${list.version}`

/** The most that an account on a plan may buy in a calendar month, at face value. */
export function bundleLimit(list: BundleList, planRef: string): Nanos {
  const planId = planRef.split('@')[0]
  const own = list.monthly_limits.find(({ plan }) => plan === planId)
  const limit = own ?? list.monthly_limits.find(({ plan }) => plan === '*')
  if (!limit) throw new Error(`the bundles ${bundleListRef(list)} have no limit for all plans`)
  return readNanos(limit.face)
}

interface BundleFault {
  readonly field: string
  readonly message: string
}

/** What is wrong with a list that follows the schema. */
export function bundleListFaults(list: BundleList): BundleFault[] {
  const { bundles, currency, monthly_limits: limits } = list
  const faults = bundles.flatMap((bundle, index) =>
    bundleFaults(bundle, `bundles/${index}`, currency),
  )
  faults.push(
    ...repeated(
      bundles.map(({ id }) => id),
      'bundles',
      'id',
    ),
  )
  faults.push(
    ...repeated(
      limits.map(({ plan }) => plan),
      'monthly_limits',
      'plan',
    ),
  )
  if (!limits.some(({ plan }) => plan === '*'))
    faults.push({ field: 'monthly_limits', message: 'has no row for all other plans: `*`' })
  return faults
}

function bundleFaults(bundle: Bundle, field: string, currency: string): BundleFault[] {
  const price = readNanos(bundle.price)
  if (price <= ZERO || !isWholeMinor(price, currency))
    return [
      { field: `${field}/price`, message: `is not an amount that a card can pay in ${currency}` },
    ]
  if (readNanos(bundle.face) < price)
    return [{ field: `${field}/face`, message: 'is less than the price' }]
  return []
}

const repeated = (names: readonly string[], field: string, member: string): BundleFault[] =>
  names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [{ field: `${field}/${index}/${member}`, message: 'is there twice' }]
      : [],
  )
