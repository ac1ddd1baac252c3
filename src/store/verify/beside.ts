import type pg from 'pg'
import type { HoldBody } from '../../core/decisions/index.ts'
import { type Cap, isStateCap } from '../../core/funding/index.ts'
import { capFacts, capOf, type EntryBody } from '../../core/ledger/index.ts'
import { readNanos } from '../../core/money/index.ts'
import { type CapRow, capOfRow } from '../statements/decision-load.ts'

/** What the journal says of the caps that are rows beside the state: definitions and what was spent. */
export class Beside {
  /** Definitions by cap id, as the journal writes them. */
  readonly caps = new Map<string, string>()
  /** By cap id and bucket. */
  readonly spent = new Map<string, bigint>()

  add(body: EntryBody): void {
    if (body.refused) return
    for (const id of body.controls?.removed_caps ?? []) this.caps.delete(id)
    for (const facts of body.controls?.caps ?? []) {
      const cap = capOf(facts)
      if (isStateCap(cap)) this.caps.delete(cap.id)
      else this.caps.set(cap.id, definition(cap))
    }
    for (const use of body.caps ?? []) {
      if (!use.beside || use.drawn === '0' || use.period === 'call') continue
      const key = `${use.id} ${use.bucket}`
      this.spent.set(key, (this.spent.get(key) ?? 0n) + readNanos(use.drawn))
    }
  }
}

const definition = (cap: Cap): string => JSON.stringify(capFacts(cap))

/** Caps and counters beside the state against the journal and the open holds, both ways. */
export async function besideDifference(
  client: pg.ClientBase,
  accountId: string,
  journal: Beside,
  holds: readonly HoldBody[],
): Promise<string | null> {
  return (
    (await capDifference(client, accountId, journal)) ??
    (await counterDifference(client, accountId, journal, holds))
  )
}

async function capDifference(
  client: pg.ClientBase,
  accountId: string,
  journal: Beside,
): Promise<string | null> {
  const { rows } = await client.query<Omit<CapRow, 'bucket' | 'spent' | 'held'>>(
    `select cap_id, scope, scope_id, period, amount::text, counts, raises
     from accounts.spend_cap where account_id = $1::text`,
    [accountId],
  )
  const stored = new Map(rows.map((row) => [row.cap_id, definition(capOfRow(row))]))
  for (const id of new Set([...journal.caps.keys(), ...stored.keys()]))
    if (journal.caps.get(id) !== stored.get(id))
      return `cap ${id} is ${stored.get(id) ?? 'missing'}, the journal says ${journal.caps.get(id) ?? 'none'}`
  return null
}

async function counterDifference(
  client: pg.ClientBase,
  accountId: string,
  journal: Beside,
  holds: readonly HoldBody[],
): Promise<string | null> {
  const { rows } = await client.query<{
    cap_id: string
    bucket: string
    spent: string
    held: string
  }>(
    `select cap_id, bucket, spent::text, held::text
     from accounts.cap_counter where account_id = $1::text`,
    [accountId],
  )
  const held = new Map<string, bigint>()
  for (const use of holds.flatMap((hold) => hold.caps)) {
    if (!use.beside || use.period === 'call') continue
    const key = `${use.id} ${use.bucket}`
    held.set(key, (held.get(key) ?? 0n) + readNanos(use.drawn))
  }
  const stored = new Map(rows.map((row) => [`${row.cap_id} ${row.bucket}`, row]))
  for (const key of new Set([...stored.keys(), ...journal.spent.keys(), ...held.keys()])) {
    const said = `${journal.spent.get(key) ?? 0n} spent, ${held.get(key) ?? 0n} held`
    const is = `${stored.get(key)?.spent ?? 0n} spent, ${stored.get(key)?.held ?? 0n} held`
    if (said !== is) return `counter ${key}: ${is}; the journal and the holds say ${said}`
  }
  return null
}
