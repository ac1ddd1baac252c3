import type { CapPeriod, CapScope } from '../funding/index.ts'
import { type EntryBody, readInstant } from '../ledger/index.ts'
import { DAY_MS, type Instant } from '../time/index.ts'
import type { Alert } from './types.ts'

/** A change of longer ago is history: it is in the journal, and is not told any more. */
const CHANGE_TOLD_WITHIN_MS = DAY_MS

/** Changes of paid use and caps, from the journal entries that made them: who, and from where. */
export function controlChanges(entries: readonly EntryBody[], at: Instant): Alert[] {
  return entries.flatMap((entry) =>
    entry.refused || readInstant(entry.at) + CHANGE_TOLD_WITHIN_MS <= at ? [] : changesOf(entry),
  )
}

function changesOf({ seq, at, actor, controls }: EntryBody): Alert[] {
  if (!controls) return []
  const change = { actor, entry_seq: seq, changed_at: at }
  const put = controls.caps ?? []
  const gone = (controls.removed_caps ?? []).filter((id) => !put.some((cap) => cap.id === id))
  const isOn = controls.paid_use
  return [
    ...(isOn === undefined
      ? []
      : [
          {
            key: `paid_use_changed:${seq}`,
            facts: { kind: 'paid_use_changed', paid_use: isOn, ...change } as const,
          },
        ]),
    ...put.map((cap): Alert => {
      const named = {
        cap_id: cap.id,
        scope: cap.scope as CapScope,
        scope_id: cap.scope_id,
        period: cap.period as CapPeriod,
      }
      return {
        key: `cap_changed:${seq}:${cap.id}`,
        facts: { kind: 'cap_changed', ...named, amount: cap.amount, ...change },
      }
    }),
    ...gone.map((id): Alert => {
      const named = { cap_id: id, scope: null, scope_id: null, period: null, amount: null }
      return {
        key: `cap_changed:${seq}:${id}`,
        facts: { kind: 'cap_changed', ...named, ...change },
      }
    }),
  ]
}
