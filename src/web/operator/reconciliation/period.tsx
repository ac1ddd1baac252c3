import { Time } from '../../kit/index.ts'
import type { RunListed } from './runs.ts'

/** From when until when the books were compared. */
export function Period({ asked }: { readonly asked: RunListed['asked'] }) {
  const { from, until } = asked
  if (typeof from !== 'string' || typeof until !== 'string') return null
  return (
    <>
      <Time at={from} /> – <Time at={until} />
    </>
  )
}
