import type pg from 'pg'
import type { EntryBody } from '../../core/ledger/index.ts'
import { formatNanos, type Nanos } from '../../core/money/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { SUM_COLUMNS, SUM_NAMES, type SumName } from '../reads/usage.ts'
import type { HourWrite, MemberHourWrite } from '../statements/decision-commit.ts'
import { addToHours } from './hour-fold.ts'

/** Beside an entry `e`: what it says of its place in the hours is that of the call's end that it corrects. */
export const CORRECTED = {
  columns: `r.event_at as corrected_at, r.model as corrected_model`,
  join: `left join lateral (
      select o.event_at, coalesce(o.body, o.excerpt) #>> '{served,model}' as model
      from accounts.entry o where o.account_id = e.account_id and o.seq = e.ref_seq offset 0) r on true`,
} as const

export interface CorrectedRow {
  /** `null`: it corrects nothing. */
  readonly corrected_at: Date | null
  readonly corrected_model: string | null
}

/** One row of hourly sums; of one member, or, with `null`, of the account. */
interface HourKey {
  readonly memberId: string | null
  readonly hourMs: number
  readonly model: string
}

type Sums = Readonly<Record<SumName, bigint>>

/** A row that is not what the journal says; where one of the two has none, its sums are 0. */
export interface HourDifference extends HourKey {
  readonly stored: Sums
  readonly journal: Sums
}

/** Whether the journal knows of nothing in that hour. */
export const isNothing = ({ journal }: HourDifference): boolean =>
  SUM_NAMES.every((name) => journal[name] === 0n)

/** What the journal of an account says of its hourly sums, entry by entry. */
export class HourSums {
  readonly #hours = new Map<string, HourWrite>()
  readonly #memberHours = new Map<string, MemberHourWrite>()

  add(body: EntryBody, { corrected_at: at, corrected_model: model }: CorrectedRow): void {
    const of = at && {
      event_at: formatInstant(instant(at.getTime())),
      ...(model !== null && { served: { model } }),
    }
    addToHours(this.#hours, this.#memberHours, { body, of: of ?? body })
  }

  /** For every row that there is or should be, in order of time, what differs; `null`: nothing. */
  async compare(
    client: pg.ClientBase,
    accountId: string,
  ): Promise<readonly (HourDifference | null)[]> {
    const stored = await storedHours(client, accountId)
    const journal = new Map<string, Row>()
    for (const own of [...this.#hours.values(), ...this.#memberHours.values()]) {
      const row = rowOf(own)
      journal.set(nameOf(row), row)
    }
    const names = [...new Set([...stored.keys(), ...journal.keys()])].sort()
    return names.map((name) => differenceOf(stored.get(name), journal.get(name)))
  }
}

function differenceOf(stored: Row | undefined, journal: Row | undefined): HourDifference | null {
  const { memberId, hourMs, model } = (stored ?? journal)!
  const both = { stored: stored?.sums ?? NOTHING, journal: journal?.sums ?? NOTHING }
  const isSame = SUM_NAMES.every((sum) => both.stored[sum] === both.journal[sum])
  return isSame ? null : { memberId, hourMs, model, ...both }
}

/** In which hour and model which figures differ, for people. */
export function hourMessage(own: HourDifference): string {
  const sums = SUM_NAMES.filter((name) => own.stored[name] !== own.journal[name]).map(
    (name) =>
      `${SUM_COLUMNS[name]} ${figure(name, own.stored)}, the journal says ${figure(name, own.journal)}`,
  )
  const whose = own.memberId === null ? '' : ` of member ${own.memberId}`
  const hour = formatInstant(instant(own.hourMs))
  return `the hour ${hour} of ${own.model}${whose} has ${sums.join('; ')}`
}

const AMOUNTS: readonly SumName[] = ['included', 'promotional', 'paid', 'overage', 'absorbed']

const figure = (name: SumName, sums: Sums): string =>
  AMOUNTS.includes(name) ? formatNanos(sums[name] as Nanos) : sums[name].toString()

interface Row extends HourKey {
  readonly sums: Sums
}

const sumsOf = (of: (name: SumName) => bigint | number | string): Sums =>
  Object.fromEntries(SUM_NAMES.map((name) => [name, BigInt(of(name))])) as Record<SumName, bigint>

const NOTHING = sumsOf(() => 0)

const rowOf = (own: HourWrite | MemberHourWrite): Row => ({
  memberId: 'memberId' in own ? own.memberId : null,
  hourMs: own.hourMs,
  model: own.model,
  sums: sumsOf((name) => own[name]),
})

/** In order of time. */
const nameOf = ({ memberId, hourMs, model }: HourKey): string =>
  `${new Date(hourMs).toISOString()}\n${model}\n${memberId ?? ''}`

const STORED = SUM_NAMES.map((name) => `${SUM_COLUMNS[name]}::text as "${name}"`).join(', ')

async function storedHours(client: pg.ClientBase, accountId: string): Promise<Map<string, Row>> {
  const { rows } = await client.query<
    { member_id: string | null; hour: Date; model: string } & Record<SumName, string>
  >(
    `select null::text as member_id, hour, model, ${STORED}
     from accounts.usage_hour where account_id = $1::text
     union all
     select member_id, hour, model, ${STORED}
     from accounts.member_usage_hour where account_id = $1::text`,
    [accountId],
  )
  const stored = new Map<string, Row>()
  for (const row of rows) {
    const { member_id: memberId, hour, model } = row
    const own = { memberId, hourMs: hour.getTime(), model, sums: sumsOf((name) => row[name]) }
    stored.set(nameOf(own), own)
  }
  return stored
}
