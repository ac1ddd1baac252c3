import type { CLASSES, Complaint } from '../complaint.ts'
import { BALANCES } from './balances.ts'
import { CARD } from './card.ts'
import { FAILED } from './failed.ts'
import { LIMITS } from './limits.ts'
import { PRICES } from './prices.ts'
import { RACES } from './races.ts'
import { SOURCE } from './source.ts'
import { TOLD } from './told.ts'
import { TWICE } from './twice.ts'

export const SAID: Readonly<Record<keyof typeof CLASSES, readonly Complaint[]>> = {
  races: RACES,
  twice: TWICE,
  balances: BALANCES,
  source: SOURCE,
  failed: FAILED,
  prices: PRICES,
  limits: LIMITS,
  card: CARD,
  told: TOLD,
}
