import type pg from 'pg'
import {
  applyEvent,
  type CaseEvent,
  type CaseView,
  foldCase,
  isSampled,
  type NewEvent,
  type StepRefusal,
  type SupportPolicy,
  stepRefusal,
} from '../../core/cases/index.ts'
import type { ActorFacts } from '../../core/ledger/index.ts'
import type { Instant } from '../../core/time/index.ts'
import { type CaseRecord, readCase, type SampleState } from '../../store/cases/read.ts'
import { appendSteps } from '../../store/cases/steps.ts'
import { supportPolicyInForce } from '../../store/cases/terms.ts'
import { inTransaction } from '../../store/transaction.ts'

/** A case as it was read, with what its events make of it. */
export interface OwnCase {
  readonly record: CaseRecord
  readonly events: readonly CaseEvent[]
  readonly view: CaseView
}

/** `null`: there is no such case. */
export async function loadCase(
  pool: Pick<pg.ClientBase, 'query'>,
  caseId: string,
): Promise<OwnCase | null> {
  const found = await readCase(pool, caseId)
  return found && { ...found, view: foldCase(found.record.origin, found.events) }
}

export type Taken<R extends string = never> =
  | { readonly status: 'taken'; readonly own: OwnCase }
  | { readonly status: 'refused'; readonly code: StepRefusal | R }
  | { readonly status: 'unknown' }

export interface StepOrder<R extends string = never> {
  readonly actor: ActorFacts
  readonly at: Instant
  /** The steps, decided on the case as it stands; nothing: there is nothing to do. */
  readonly steps: (
    own: OwnCase,
    policy: SupportPolicy | null,
  ) => readonly NewEvent[] | { readonly code: StepRefusal | R }
  /** Done in the same transaction; what it answers undoes all of it. */
  readonly reserve?: (client: pg.ClientBase, own: OwnCase) => Promise<R | null>
}

const TRIES_MAX = 50

/**
 * Takes steps of a case: read, decided, and written if nobody was there meanwhile; else read and decided
 * again. So two people who decide at the same moment decide once.
 */
export async function takeSteps<R extends string = never>(
  pool: pg.Pool,
  caseId: string,
  order: StepOrder<R>,
): Promise<Taken<R>> {
  const policy = await supportPolicyInForce(pool)
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const answer = await tryOnce(pool, caseId, { order, policy })
    if (answer !== 'lost') return answer
  }
  throw new Error(`the case ${caseId} moves too fast to take a step in it`)
}

/** `lost`: somebody else has taken a step meanwhile. */
async function tryOnce<R extends string>(
  pool: pg.Pool,
  caseId: string,
  { order, policy }: { readonly order: StepOrder<R>; readonly policy: SupportPolicy | null },
): Promise<Taken<R> | 'lost'> {
  const own = await loadCase(pool, caseId)
  if (!own) return { status: 'unknown' }
  const events = order.steps(own, policy)
  if ('code' in events) return { status: 'refused', code: events.code }
  if (events.length === 0) return { status: 'taken', own }
  const after = decide(own, events, { ...order, policy })
  if ('code' in after) return { status: 'refused', code: after.code }
  const answer = await write(pool, own, { events, after, order, policy })
  if (answer === 'lost') return 'lost'
  if (answer !== 'written') return { status: 'refused', code: answer }
  const now = await loadCase(pool, caseId)
  return now ? { status: 'taken', own: now } : { status: 'unknown' }
}

/** The case after the steps, each checked on what the one before it has made. */
function decide(
  own: OwnCase,
  events: readonly NewEvent[],
  by: {
    readonly actor: ActorFacts
    readonly at: Instant
    readonly policy: SupportPolicy | null
  },
): { readonly view: CaseView } | { readonly code: StepRefusal } {
  let { view } = own
  for (const [index, event] of events.entries()) {
    const code = stepRefusal(view, event, { by: by.actor.id, at: by.at, policy: by.policy })
    if (code) return { code }
    const number = own.record.steps + index + 1
    view = applyEvent(view, { ...event, number, at: by.at, actor: by.actor } as CaseEvent)
  }
  return { view }
}

interface Writing<R extends string> {
  readonly events: readonly NewEvent[]
  readonly after: { readonly view: CaseView }
  readonly order: StepOrder<R>
  readonly policy: SupportPolicy | null
}

async function write<R extends string>(
  pool: pg.Pool,
  own: OwnCase,
  { events, after, order, policy }: Writing<R>,
): Promise<'written' | 'lost' | R> {
  const { record } = own
  const steps = {
    caseId: record.caseId,
    after: record.steps,
    events,
    view: after.view,
    sample: sampleAfter(own, after.view, policy),
    actor: order.actor,
    at: order.at,
  }
  const { reserve } = order
  if (!reserve) return (await appendSteps(pool, steps)) ? 'written' : 'lost'
  try {
    await inTransaction(pool, async (client) => {
      if (!(await appendSteps(client, steps))) throw new Undone('lost')
      const refused = await reserve(client, own)
      if (refused !== null) throw new Undone(refused)
    })
    return 'written'
  } catch (error) {
    if (error instanceof Undone) return error.answer as 'lost' | R
    throw error
  }
}

/** Rolls a transaction back; what it answers is no fault. */
class Undone extends Error {
  readonly answer: string
  constructor(answer: string) {
    super(answer)
    this.answer = answer
  }
}

/** An automatic decision goes into the sample by its case's id. */
function sampleAfter(own: OwnCase, view: CaseView, policy: SupportPolicy | null): SampleState {
  if (view.sample !== 'none') return view.sample
  const isNew = view.decision?.automatic === true && own.view.decision === null
  if (!isNew) return own.record.sample
  const percent = policy?.sampling_percent ?? 0
  return isSampled(own.record.caseId, view.round, percent) ? 'to_sample' : 'none'
}
