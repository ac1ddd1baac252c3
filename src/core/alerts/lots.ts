import type { Lot } from '../funding/index.ts'
import type { AccountState } from '../ledger/index.ts'
import { formatNanos, subtract, ZERO } from '../money/index.ts'
import { DAY_MS, formatInstant, type Instant } from '../time/index.ts'
import type { AlertSettings } from './settings.ts'
import type { Crossing } from './types.ts'

const isWaiting = (lot: Lot): lot is Lot & { readonly expiresAt: Instant } =>
  lot.expiresAt !== null && lot.voidedAt === null && lot.remaining > ZERO

/** A lot that was made with fewer days to go does not need to be told so at once. */
const noticeAt = (lot: Lot & { readonly expiresAt: Instant }, days: number): Instant | null => {
  const from = lot.expiresAt - days * DAY_MS
  return from < lot.createdAt ? null : (from as Instant)
}

/** Lots that expire with something left in them: the soonest notice that is due, and those before it. */
export function lotsExpiring(
  state: AccountState,
  settings: AlertSettings,
  at: Instant,
): Crossing[] {
  return state.lots.filter(isWaiting).flatMap((lot): Crossing[] => {
    if (lot.expiresAt <= at) return []
    const due = settings.lotExpiryDays.filter((days) => (noticeAt(lot, days) ?? at + 1) <= at)
    const keys = due.map((days) => `lot_expiring:${lot.id}@${formatInstant(lot.expiresAt)}:${days}`)
    const [days, key] = [due.at(-1), keys.at(-1)]
    if (days === undefined || key === undefined) return []
    const facts = {
      lot_id: lot.id,
      name: lot.name,
      category: lot.category,
      limit: formatNanos(lot.face),
      used: formatNanos(lot.remaining > lot.face ? ZERO : subtract(lot.face, lot.remaining)),
      left: formatNanos(lot.remaining),
      expires_at: formatInstant(lot.expiresAt),
      days,
    }
    const alert = { key, facts: { kind: 'lot_expiring', ...facts } as const }
    return [{ alert, covers: keys.slice(0, -1) }]
  })
}

/** When notices of lots are due, later than `at`. */
export const lotNotices = (state: AccountState, settings: AlertSettings, at: Instant): Instant[] =>
  state.lots
    .filter(isWaiting)
    .flatMap((lot) => settings.lotExpiryDays.map((days) => noticeAt(lot, days)))
    .filter((due): due is Instant => due !== null && due > at)
