import { type Fault, faultAt } from '../contract/problem-words/faults.ts'
import { isPayable, type Nanos, readNanos, ZERO } from '../core/money/index.ts'

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

/** What is wrong with a list that follows the schema. */
export function bundleListFaults(list: BundleList): Fault[] {
  const ref = bundleListRef(list)
  const { bundles, currency, monthly_limits: limits } = list
  const faults = bundles.flatMap((bundle, index) =>
    bundleFaults(bundle, `body/bundles/${index}`, { currency, ref }),
  )
  faults.push(
    ...repeated(
      bundles.map(({ id }) => id),
      (index) => faultAt(`body/bundles/${index}/id`, 'bundle_twice', { ref }),
    ),
  )
  faults.push(
    ...repeated(
      limits.map(({ plan }) => plan),
      (index) => faultAt(`body/monthly_limits/${index}/plan`, 'bundle_twice', { ref }),
    ),
  )
  if (!limits.some(({ plan }) => plan === '*'))
    faults.push(faultAt('body/monthly_limits', 'bundle_no_other_plans', { ref }))
  return faults
}

function bundleFaults(
  bundle: Bundle,
  location: string,
  own: { readonly currency: string; readonly ref: string },
): Fault[] {
  const price = readNanos(bundle.price)
  if (price <= ZERO || !isPayable(price, own.currency))
    return [faultAt(`${location}/price`, 'bundle_price', own)]
  if (readNanos(bundle.face) < price)
    return [faultAt(`${location}/face`, 'bundle_face', { ref: own.ref })]
  return []
}

const repeated = (names: readonly string[], faultOf: (index: number) => Fault): Fault[] =>
  names.flatMap((name, index) => (names.indexOf(name) < index ? [faultOf(index)] : []))
