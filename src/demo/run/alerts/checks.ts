import type { AccountBooks } from '../books.ts'
import type { Delivered } from './listening.ts'
import type { Told } from './told.ts'

/** A reload is told exactly once, and none is told that did not happen. */
export function alertDifferences(told: readonly Told[], books: readonly AccountBooks[]): string[] {
  return books.flatMap(({ member, purchases }) => {
    const reloads = new Set(
      purchases.flatMap(({ kind, status, payment_id }) =>
        kind === 'auto_reload' && status === 'credited' ? [payment_id] : [],
      ),
    )
    const alerts = told.find((own) => own.member.id === member.id)?.alerts ?? []
    const done = alerts.filter(({ kind }) => kind === 'reload_done')
    const stray = done.filter(({ facts }) => !reloads.delete(String(facts.payment_id)))
    return [
      ...stray.map(
        () => `${member.name}: a reload was told that did not happen, or was told before`,
      ),
      ...[...reloads].map((payment) => `${member.name}: the reload ${payment} was not told`),
    ]
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
