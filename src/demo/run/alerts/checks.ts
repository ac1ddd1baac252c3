import type { AccountBooks } from '../books.ts'
import type { Delivered } from './listening.ts'
import type { Told } from './told.ts'

/** Every reload is told once, and nothing is told that did not happen. */
export function alertDifferences(told: readonly Told[], books: readonly AccountBooks[]): string[] {
  return books.flatMap(({ member, purchases }) => {
    const reloads = purchases.filter(
      ({ kind, status }) => kind === 'auto_reload' && status === 'credited',
    )
    const alerts = told.find((own) => own.member.id === member.id)?.alerts ?? []
    const done = alerts.filter(({ kind }) => kind === 'reload_done')
    return done.length === reloads.length
      ? []
      : [`${member.name}: ${reloads.length} reloads, and ${done.length} were told`]
  })
}

/** What was told came, was signed, and is in the log of deliveries. */
export function deliveryDifferences({ told, verified, logged, rejected }: Delivered): string[] {
  const missing = [...told].filter((id) => !verified.has(id) || !logged.has(id))
  return [
    ...(missing.length > 0 ? [`Alerts that did not come by webhook: ${missing.join(', ')}`] : []),
    ...(rejected > 0 ? [`${rejected} webhooks came without a right signature.`] : []),
  ]
}
