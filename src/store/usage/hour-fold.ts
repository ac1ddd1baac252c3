import { categoryOf, type EntryBody, readInstant } from '../../core/ledger/index.ts'
import { readNanos } from '../../core/money/index.ts'
import { HOUR_MS } from '../../core/time/index.ts'
import { cutName } from '../facts/fact.ts'
import type { HourWrite, MemberHourWrite } from '../statements/decision-commit.ts'

const COUNTED: readonly EntryBody['kind'][] = ['settle', 'record', 'release', 'expire_hold']

/** Of an entry: where in the hourly sums it counts. */
export interface HourPlace {
  readonly event_at: string
  readonly served?: { readonly model: string | null }
}

/**
 * Adds an entry to the hourly sums of its account and model, and to those of its member. Corrections
 * count where the call does that they are `of`: in its hour, for the model that served it.
 */
export function addToHours(
  hours: Map<string, HourWrite>,
  memberHours: Map<string, MemberHourWrite>,
  { body, of }: { readonly body: EntryBody; readonly of: HourPlace },
): void {
  if (!body.call || !body.totals || body.refused) return
  const hourMs = Math.floor(readInstant(of.event_at) / HOUR_MS) * HOUR_MS
  const model = cutName(of.served?.model ?? body.served?.model ?? body.call.model)
  const key = `${body.account_id}\n${hourMs}\n${model}`
  const empty = emptyHour(body.account_id, hourMs, model)
  addEntry(found(hours, key, empty), body)
  const { member_id: memberId } = body.call
  if (memberId !== null)
    addEntry(found(memberHours, `${key}\n${memberId}`, { ...empty, memberId }), body)
}

function found<T extends HourWrite>(hours: Map<string, T>, key: string, empty: T): T {
  const known = hours.get(key)
  if (known) return known
  const own = { ...empty }
  hours.set(key, own)
  return own
}

function addEntry(hour: HourWrite, body: EntryBody): void {
  if (COUNTED.includes(body.kind)) countCall(hour, body)
  hour.absorbed += readNanos(body.totals!.absorbed)
  for (const source of body.funding ?? []) {
    if (source.drawn === '0') continue
    const drawn = readNanos(source.drawn)
    if (source.class === 'overage') hour.overage += drawn
    else hour[columnOf(categoryOf(source))] += drawn
  }
}

const columnOf = (category: ReturnType<typeof categoryOf>): 'included' | 'promotional' | 'paid' =>
  category ?? 'included'

function countCall(hour: HourWrite, body: EntryBody): void {
  hour.attempts += 1
  // a call is settled or recorded once; an attempt that is given back leaves it open for another
  if (body.kind === 'settle' || body.kind === 'record') hour.calls += 1
  if (body.outcome?.customer_pays === 'nothing') hour.notBilledAttempts += 1
  if (!body.usage) return
  for (const usage of [body.usage, ...(body.usage.parts ?? [])])
    for (const [kind, count] of Object.entries(usage.tokens)) hour[tokenColumn(kind)] += count
}

function tokenColumn(kind: string) {
  if (kind === 'cache_read') return 'cacheReadTokens'
  if (kind.startsWith('cache_write')) return 'cacheWriteTokens'
  return kind.startsWith('input') ? 'inputTokens' : 'outputTokens'
}

const emptyHour = (accountId: string, hourMs: number, model: string): HourWrite => ({
  accountId,
  hourMs,
  model,
  calls: 0,
  attempts: 0,
  notBilledAttempts: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  included: 0n,
  promotional: 0n,
  paid: 0n,
  overage: 0n,
  absorbed: 0n,
})
