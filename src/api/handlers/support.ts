import { accessSentence, macroFaults } from '../../contract/cases/index.ts'
import { MACRO_FACTS } from '../../contract/cases/words.ts'
import { placeOf } from '../../contract/explain/place.ts'
import { faultAt } from '../../contract/problem-words/faults.ts'
import type { MacroDocument } from '../../contract/schemas/support.ts'
import { policyFaults, type SupportPolicy } from '../../core/cases/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { type Access, listAccess } from '../../store/cases/access-log.ts'
import {
  listSupportTerms,
  type PublishedTerms,
  publishSupportTerms,
  type SupportTerms,
} from '../../store/cases/terms.ts'
import { callerId } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { type Answer, ProblemError } from '../problem-answer.ts'
import { readerIn } from '../reader-in.ts'
import { UNMASKED_MS } from '../support-sight.ts'
import { now } from './payments.ts'

type Support =
  | 'publishSupportPolicy'
  | 'listSupportPolicies'
  | 'publishMacro'
  | 'listMacros'
  | 'listAccess'
  | 'unmaskAccount'

export const supportHandlers: Handlers<Support> = {
  publishSupportPolicy: async ({ body, caller }, { pool, nowMs }) => {
    const document = body as SupportPolicy
    const faults = policyFaults(document)
    if (faults.length > 0)
      throw new ProblemError('support_policy_invalid', {
        errors: faults.map(({ at, text }) =>
          faultAt(`body/${at}`, 'support_not_duration', { text }),
        ),
      })
    const done = await publishSupportTerms(pool, {
      kind: 'policy',
      name: '*',
      version: document.version,
      document,
      at: instant(nowMs()),
      by: callerId(caller),
    })
    const all = await listSupportTerms<SupportPolicy>(pool, 'policy')
    return publishedAnswer(done, 'support_policy_exists', all)
  },

  listSupportPolicies: async (_inbound, services) => {
    const all = await listSupportTerms<SupportPolicy>(services.pool, 'policy')
    return ok({ items: all.map((own) => termsJson(own, all)), as_of: now(services) })
  },

  publishMacro: async ({ body, caller }, { pool, nowMs }) => {
    const faults = macroFaults(body)
    if (faults.length > 0)
      throw new ProblemError('macro_invalid', {
        errors: faults.map(({ at, name }) =>
          faultAt(`body/${at}`, 'macro_fact', { fact: `{${name}}`, facts: MACRO_FACTS.join(', ') }),
        ),
      })
    const done = await publishSupportTerms(pool, {
      kind: 'macro',
      name: body.id,
      version: body.version,
      document: body as MacroDocument,
      at: instant(nowMs()),
      by: callerId(caller),
    })
    const all = await listSupportTerms<MacroDocument>(pool, 'macro')
    return publishedAnswer(done, 'macro_exists', all)
  },

  listMacros: async (_inbound, services) => {
    const all = await listSupportTerms<MacroDocument>(services.pool, 'macro')
    return ok({ items: all.map((own) => termsJson(own, all)), as_of: now(services) })
  },

  listAccess: async ({ params, query }, services) => {
    await needAccount(services.pool, params.account_id)
    const limit = query.limit ?? PAGE_DEFAULT
    const [before] = decodeCursor('access', ['string'], query.cursor) ?? [null]
    const found = await listAccess(services.pool, params.account_id, { before, limit: limit + 1 })
    const { items, next_cursor } = pageOf(found, limit, (last) =>
      encodeCursor('access', [last.logId]),
    )
    const as_of = now(services)
    const place = placeOf(readerIn(query), { currency: null, as_of })
    return ok({ items: items.map((own) => accessJson(own, place)), next_cursor, as_of })
  },

  // the look itself, with its reason, is in the log before this is answered
  unmaskAccount: async ({ params }, services) => {
    await needAccount(services.pool, params.account_id)
    const until = formatInstant(instant(services.nowMs() + UNMASKED_MS))
    return ok({ account_id: params.account_id, until, as_of: now(services) })
  },
}

function accessJson(own: Access, place: ReturnType<typeof placeOf>) {
  const look = {
    at: formatInstant(own.at),
    staff_id: own.staffId,
    role: own.role as 'operator' | 'support_lead' | 'support',
    objects: own.objects,
    case_id: own.caseId,
    reason: own.reason,
  }
  return {
    ...look,
    log_id: own.logId,
    account_id: own.accountId,
    operation: own.operation,
    sentence: accessSentence(place, look),
  }
}

function publishedAnswer<Document>(
  done: PublishedTerms<Document>,
  taken: 'support_policy_exists' | 'macro_exists',
  all: readonly SupportTerms<Document>[],
): Answer {
  if (done.status === 'version_taken') throw new ProblemError(taken)
  const body = termsJson(done.terms, all)
  return done.status === 'published' ? created(body) : ok(body)
}

const termsJson = <Document>(
  own: SupportTerms<Document>,
  all: readonly SupportTerms<Document>[],
) => ({
  document: own.document,
  in_force: all.findLast(({ name }) => name === own.name)?.version === own.version,
  published_at: formatInstant(own.publishedAt),
  published_by: own.publishedBy,
})
