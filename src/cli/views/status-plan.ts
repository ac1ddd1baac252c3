import type { AccountState } from '../../client/index.ts'
import { type Cell, moment, money, renderTable, sanitize } from '../render/index.ts'
import type { StatusView } from './status.ts'

type Promotion = NonNullable<AccountState['windows'][number]['promotion']>

/** Why a window is as large as it is: with both numbers. */
export const promotionText = (promotion: Promotion | undefined, currency: string): string =>
  promotion === undefined
    ? ''
    : ` - “${sanitize(promotion.name)}”: ${promotion.multiplier} times ${money(promotion.base_capacity, currency)}`

/** Banked resets that may still be used, the first to end first. */
export function resetRows(state: AccountState, view: StatusView): string[] {
  const resets = [...(state.resets ?? [])].sort(
    (a, b) => Date.parse(a.expires_at) - Date.parse(b.expires_at),
  )
  if (resets.length === 0) return []
  return renderTable(view.style, {
    columns: [
      { title: 'reset' },
      { title: 'name', min: 8 },
      { title: 'window' },
      { title: 'use before', min: 12 },
    ],
    rows: resets.map((own): Cell[] => [
      own.id,
      own.name,
      own.window_id ?? 'any',
      moment(Date.parse(own.expires_at), view.clock),
    ]),
  })
}
