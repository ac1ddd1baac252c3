import type { AccountState, EntryAnswer } from '../../client/index.ts'
import { type NextCall, nextCall } from '../../contract/explain/index.ts'
import { blockCard } from '../../contract/receipt/block.ts'
import type { BlockCard } from '../../contract/receipt/block-schema.ts'

type Facts = Parameters<typeof blockCard>[0]
type Entry = Parameters<typeof blockCard>[1]
type Stop = Extract<NextCall, { readonly by: 'stopped' }>['stop']

/** The card of a call that was refused, from its journal entry; `null`: it was not refused. */
export const cardOfEntry = (entry: EntryAnswer): BlockCard | null =>
  entry.refused === undefined ? null : blockCard(entry.refused as Facts, entry as unknown as Entry)

/** The card of the call that would be stopped if it came now; `null`: it would go on. */
export function cardOfNext(state: AccountState): BlockCard | null {
  const next = nextCall(state)
  if (next.by !== 'stopped') return null
  const { currency, as_of, seq } = state
  const card = blockCard(factsOf(next.stop), null, { currency, as_of, seq })
  if (next.stop.reason !== 'cap') return card
  const { scope, scope_id, period } = next.stop.cap
  return { ...card, scope, scope_name: scope_id, period } as BlockCard
}

function factsOf(stop: Stop): Facts {
  const changeable_by = 'owner'
  switch (stop.reason) {
    case 'funds':
      return { code: 'funds_exhausted', changeable_by }
    case 'paid_use_off':
      return { code: 'paid_use_off', changeable_by }
    case 'cap': {
      const { id, amount, spent: used, held, resets_at } = stop.cap
      return {
        code: 'cap_reached',
        changeable_by,
        limit: { type: 'cap', id, amount, used, held, resets_at },
        ...(resets_at !== null && { retry_at: resets_at }),
      }
    }
    default: {
      const { id, capacity: amount, used, held } = stop.window
      return {
        code: 'window_exhausted',
        changeable_by,
        limit: { type: 'window', id, amount, used, held, resets_at: stop.resets_at },
        retry_at: stop.resets_at,
      }
    }
  }
}
