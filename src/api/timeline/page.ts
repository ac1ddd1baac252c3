import type pg from 'pg'
import { alertMessage } from '../../contract/alerts/index.ts'
import {
  besideHappening,
  groups,
  type Happening,
  happeningOf,
  inEach,
  itemOf,
  RUN_ENTRIES,
  type SingleFacts,
  type TimelineItem,
  type TimelineKind,
} from '../../contract/timeline/index.ts'
import { formatNanos, nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant, parseInstant } from '../../core/time/index.ts'
import { type BesideRow, listBeside } from '../../store/reads/beside.ts'
import { entryBodiesBackwards, lotsNamed, seqAt } from '../../store/reads/history.ts'
import { maskOccasion } from '../masks.ts'

/** Where the next line comes from: in the journal, and in what stands beside it. */
export interface Position {
  readonly beforeSeq: number
  readonly beside: readonly [at: Instant, key: string]
}

/** What there is before a moment. */
export async function positionBefore(
  pool: pg.Pool,
  accountId: string,
  end: Instant,
): Promise<Position> {
  const seq = (await seqAt(pool, accountId, instant(end - 1))) ?? 0
  return { beforeSeq: seq + 1, beside: [end, ' '] }
}

export interface TimelineAsked {
  readonly accountId: string
  readonly currency: string
  /** Of the times in its sentences. */
  readonly timeZone: string
  readonly from: Instant
  readonly kinds: readonly TimelineKind[] | null
  readonly allCases: boolean
  /** Whether names may be in its sentences. */
  readonly showsNames: boolean
  readonly limit: number
}

export interface TimelinePage {
  readonly items: readonly TimelineItem[]
  /** `null`: there is nothing before. */
  readonly next: Position | null
}

/** Parts of the journal that one page looks through at most, however few of its lines are asked for. */
const PARTS_MAX = 8
/** Read of what stands beside the journal at once. */
const BESIDE_MAX = 500

/** A page of the timeline, the latest first. Where it ends, the next begins, whatever has come since. */
export async function timelinePage(
  pool: pg.Pool,
  asked: TimelineAsked,
  start: Position,
): Promise<TimelinePage> {
  const items: TimelineItem[] = []
  let position = start
  for (let parts = 0; parts < PARTS_MAX && items.length < asked.limit; parts += 1) {
    const part = await readPart(pool, asked, position)
    for (const group of groups(part.happened)) {
      if (items.length === asked.limit) return { items, next: position }
      position = after(position, group)
      if (asked.kinds === null || asked.kinds.includes(group[0].kind))
        items.push(itemOf(group, asked))
    }
    if (part.isLast) return { items, next: null }
    position = { ...position, beforeSeq: Math.min(position.beforeSeq, part.nextSeq) }
  }
  return { items, next: position }
}

function after(position: Position, [first]: readonly [Happening, ...Happening[]]): Position {
  if (first.seq !== null) return { ...position, beforeSeq: first.seq }
  return { ...position, beside: [parseInstant(first.at)!, first.key] }
}

interface Part {
  /** The latest first. */
  readonly happened: readonly Happening[]
  /** The journal goes on before this. */
  readonly nextSeq: number
  readonly isLast: boolean
}

/** Up to one part of the journal, with what happened beside it meanwhile. */
async function readPart(
  pool: pg.Pool,
  { accountId, currency, timeZone, from, allCases, showsNames }: TimelineAsked,
  { beforeSeq, beside }: Position,
): Promise<Part> {
  const fromSeq = Math.max(1, Math.floor((beforeSeq - 2) / RUN_ENTRIES) * RUN_ENTRIES + 1)
  const bodies = await entryBodiesBackwards(pool, accountId, { fromSeq, beforeSeq, from })
  const journalEnds = fromSeq === 1 || bodies.length < beforeSeq - fromSeq
  const oldest = bodies.at(-1)
  const since = journalEnds || !oldest ? from : parseInstant(oldest.at)!
  const page = { currency, from: since, before: beside, allCases, limit: BESIDE_MAX }
  const rows = await listBeside(pool, accountId, page)
  const isFull = rows.length === BESIDE_MAX
  // beside that many, the journal is told only as far as they reach
  const until = isFull ? formatInstant(rows.at(-1)!.at) : null
  const told = until === null ? bodies : bodies.filter(({ at }) => at > until)
  const lots = await lotsNamed(
    pool,
    accountId,
    told.flatMap(({ lot, lot_id: id }) => (lot === undefined && id !== undefined ? [id] : [])),
  )
  const entries = told.map((body) => happeningOf(body, lots))
  return {
    happened: merged(
      entries,
      rows.map((row) => besideOf(row, { timeZone, showsNames })),
    ),
    nextSeq: isFull ? (told.at(-1)?.seq ?? beforeSeq) : fromSeq,
    isLast: journalEnds && !isFull,
  }
}

/** Both the latest first; of the same moment, what stands beside the journal came after. */
function merged(entries: readonly Happening[], beside: readonly Happening[]): Happening[] {
  const list: Happening[] = []
  let next = 0
  for (const own of beside) {
    while (next < entries.length && entries[next]!.at > own.at) list.push(entries[next++]!)
    list.push(own)
  }
  return [...list, ...entries.slice(next)]
}

function besideOf(
  { body, code, key, ...row }: BesideRow,
  { timeZone, showsNames }: Pick<TimelineAsked, 'timeZone' | 'showsNames'>,
): Happening {
  const at = formatInstant(row.at)
  const { alert: told, difference, ...named } = body
  const alert = told && !showsNames ? maskOccasion(told) : told
  const facts: SingleFacts = {
    ...named,
    ...(difference !== undefined && { amount: formatNanos(nanos(BigInt(difference))) }),
    ...(alert && { alert: alert.facts.kind }),
  }
  return besideHappening({
    ...{ at, key, code, facts },
    ...(alert && {
      title: inEach(timeZone, (reader) => alertMessage(alert, reader).title),
    }),
  })
}
