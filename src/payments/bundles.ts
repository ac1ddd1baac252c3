import { type Nanos, readNanos } from '../core/money/index.ts'

/** Credit that costs less than it is worth. */
export interface Bundle {
  readonly id: string
  readonly currency: string
  readonly face: string
  readonly price: string
}

export const BUNDLES: readonly Bundle[] = [
  { id: 'usd_50', currency: 'USD', face: '50', price: '45' },
  { id: 'usd_250', currency: 'USD', face: '250', price: '200' },
  { id: 'usd_1000', currency: 'USD', face: '1000', price: '700' },
]

const LIMITS: Readonly<Record<string, string>> = { team: '3000' }
const LIMIT_DEFAULT = '2000'

/** How much discounted credit an account on a plan may buy in a calendar month, at face value. */
export const bundleLimit = (planRef: string): Nanos =>
  readNanos(LIMITS[planRef.split('@')[0] ?? ''] ?? LIMIT_DEFAULT)
