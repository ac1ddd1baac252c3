import { formatNanos } from '../../core/money/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { addToCase, type CaseRecord, listCases, readCase } from '../../store/cases/read.ts'
import { actorOf } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { type Handlers, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'

export const caseHandlers: Handlers<'listCases' | 'getCase' | 'addToCase'> = {
  listCases: async ({ query }, { pool, nowMs }) => {
    const limit = query.limit ?? PAGE_DEFAULT
    const found = await listCases(pool, {
      state: query.state ?? null,
      accountId: query.account_id ?? null,
      after: decodeCursor('cases', ['number', 'string'], query.cursor),
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(found, limit, (last) =>
      encodeCursor('cases', [last.openedAt, last.caseId]),
    )
    const as_of = formatInstant(instant(nowMs()))
    return ok({ items: items.map(listed), next_cursor, as_of })
  },

  getCase: async ({ params }, services) => ok(await caseJson(services, params.case_id)),

  addToCase: async ({ params, body, caller, from }, services) => {
    await caseJson(services, params.case_id)
    const added = await addToCase(services.pool, {
      caseId: params.case_id,
      kind: body.kind,
      actor: actorOf(caller, from),
      words: body.words,
      at: instant(services.nowMs()),
    })
    if (!added) throw new ProblemError('case_closed')
    return ok(await caseJson(services, params.case_id))
  },
}

async function caseJson({ pool, nowMs }: Services, caseId: string) {
  const found = await readCase(pool, caseId)
  if (!found) throw new ProblemError('case_unknown')
  return {
    ...listed(found.record),
    events: found.events.map(({ number, kind, at, actor, facts }) => ({
      number,
      kind,
      at: formatInstant(at),
      actor: { type: actor.type, id: actor.id },
      words: typeof facts.words === 'string' ? facts.words : null,
    })),
    as_of: formatInstant(instant(nowMs())),
  }
}

const listed = (own: CaseRecord) => ({
  case_id: own.caseId,
  account_id: own.accountId,
  origin: own.origin,
  subject: own.subject,
  facts: own.facts,
  amount: own.amount && formatNanos(own.amount.nanos),
  currency: own.amount?.currency ?? null,
  state: own.state,
  opened_at: formatInstant(own.openedAt),
  updated_at: formatInstant(own.updatedAt),
})
