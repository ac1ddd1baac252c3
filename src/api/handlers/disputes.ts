import { faultAt } from '../../contract/problem-words/faults.ts'
import { type CaseEvent, dueRow, dueTimes, type NewEvent } from '../../core/cases/index.ts'
import { differingField } from '../../core/decisions/index.ts'
import { add, formatNanos } from '../../core/money/index.ts'
import { type Instant, instant, parseInstant } from '../../core/time/index.ts'
import { advanceCase } from '../../engine/cases/advance.ts'
import { atStakeOf, contestedCalls, type DisputeScope } from '../../engine/cases/recheck.ts'
import { loadCase, type OwnCase } from '../../engine/cases/take-steps.ts'
import type { PaymentOrder } from '../../payments/order.ts'
import { caseIdOf, type NewCase, openCase } from '../../store/cases/open.ts'
import { listCases, placeOf } from '../../store/cases/read.ts'
import { supportPolicyInForce } from '../../store/cases/terms.ts'
import { readPayment } from '../../store/control/purchases.ts'
import { readAccount } from '../../store/reads/account-state.ts'
import { signerOf } from '../caller.ts'
import { disputeJson, disputeListed } from '../case-answers.ts'
import { casePartsOf, stepCase } from '../case-parts.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, type Inbound, keyOf, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { instantIn } from '../read-in.ts'
import { now } from './payments.ts'

type Disputes =
  | 'openDispute'
  | 'listDisputes'
  | 'getDispute'
  | 'acceptOffer'
  | 'writeInDispute'
  | 'withdrawDispute'
  | 'appealDecision'
  | 'askForPerson'

type Step = 'acceptOffer' | 'writeInDispute' | 'withdrawDispute' | 'appealDecision'

export const disputeHandlers: Handlers<Disputes> = {
  openDispute: async (inbound, services) => {
    const { account_id: accountId } = inbound.params
    await needAccount(services.pool, accountId)
    const originKey = `${accountId}:${keyOf(inbound)}`
    const before = await loadCase(services.pool, caseIdOf({ origin: 'dispute', originKey }))
    if (before) needSame(before, inbound.body)
    else await openCase(services.pool, await newDispute(inbound, services, originKey))
    const own = await goOn(services, caseIdOf({ origin: 'dispute', originKey }))
    return created(await disputeJson(services, own))
  },

  listDisputes: async ({ params, query }, services) => {
    await needAccount(services.pool, params.account_id)
    const limit = query.limit ?? PAGE_DEFAULT
    const found = await listCases(services.pool, {
      view: null,
      staffId: '',
      state: null,
      accountId: params.account_id,
      origin: null,
      ofAccount: true,
      now: instant(services.nowMs()),
      after: decodeCursor('disputes', ['number', 'number', 'string'], query.cursor),
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(found, limit, (last) =>
      encodeCursor('disputes', placeOf(last)),
    )
    return ok({ items: items.map(disputeListed), next_cursor, as_of: now(services) })
  },

  getDispute: async ({ params, query }, services) =>
    ok(await disputeJson(services, await needDispute(services, params), query)),

  acceptOffer: (inbound, services) =>
    step(inbound, services, (own) =>
      own.view.offer
        ? [
            {
              kind: 'decided',
              facts: {
                verdict: 'refund',
                reason: 'finding',
                plan: own.view.offer,
                findings: own.view.offer.lines.flatMap(({ finding_key: key }) => key ?? []),
                words: null,
                automatic: true,
                requested_by: null,
              },
            },
          ]
        : null,
    ),

  writeInDispute: (inbound, services) =>
    step(inbound, services, () => [{ kind: 'customer_wrote', facts: inbound.body }]),

  withdrawDispute: (inbound, services) =>
    step(inbound, services, () => [{ kind: 'withdrawn', facts: { words: null } }]),

  appealDecision: async (inbound, services) => {
    const policy = await supportPolicyInForce(services.pool)
    const at = instant(services.nowMs())
    return step(inbound, services, ({ record }) => {
      const row = dueRow(policy, record.origin, record.amount)
      const due = dueTimes(row, 'checked', at)
      return [{ kind: 'appealed', facts: { words: inbound.body.words, due } }]
    })
  },

  askForPerson: async (inbound, services) => {
    const { params, body } = inbound
    await needAccount(services.pool, params.account_id)
    if (body.case_id !== undefined) {
      const asked = { ...params, case_id: body.case_id }
      const own = await needDispute(services, asked)
      const taken = await stepCase(services, inbound, {
        caseId: own.record.caseId,
        steps: (read) => personStep(read, body.words, keyOf(inbound)),
      })
      return created(await disputeJson(services, taken))
    }
    const originKey = `${params.account_id}:${keyOf(inbound)}`
    const before = await loadCase(services.pool, caseIdOf({ origin: 'person_asked', originKey }))
    if (before) needSame(before, body)
    else await openCase(services.pool, await newQuestion(inbound, services, originKey))
    const own = await goOn(services, caseIdOf({ origin: 'person_asked', originKey }))
    return created(await disputeJson(services, own))
  },
}

/** Of one request there is one step, however often it is sent. */
function personStep({ events }: OwnCase, words: string, request: string): NewEvent[] {
  const before = events.find(
    (event): event is CaseEvent<'person_asked'> =>
      event.kind === 'person_asked' && event.facts.request === request,
  )
  if (!before) return [{ kind: 'person_asked', facts: { words, request } }]
  if (before.facts.words !== words) throw new ProblemError('request_conflict', { field: 'words' })
  return []
}

async function step<Id extends Step>(
  inbound: Inbound<Id>,
  services: Services,
  make: (own: OwnCase) => readonly NewEvent[] | null,
) {
  const params = inbound.params as { readonly account_id: string; readonly case_id: string }
  const { record } = await needDispute(services, params)
  const taken = await stepCase(services, inbound, {
    caseId: record.caseId,
    steps: (own) => make(own) ?? { code: 'case_step' },
  })
  return ok(await disputeJson(services, taken))
}

/** A case that the account has opened; of others it is not told that they exist. */
async function needDispute(
  { pool }: Services,
  params: { readonly account_id: string; readonly case_id: string },
): Promise<OwnCase> {
  await needAccount(pool, params.account_id)
  const own = await loadCase(pool, params.case_id)
  const isTheirs =
    own?.record.accountId === params.account_id &&
    (own.record.origin === 'dispute' || own.record.origin === 'person_asked')
  if (!own || !isTheirs) throw new ProblemError('case_unknown')
  return own
}

/** The same request again is the same case; another one under its id is a mistake. */
function needSame({ record }: OwnCase, body: object): void {
  const stored = record.facts.request as Record<string, unknown>
  const field = differingField(stored, body as Record<string, unknown>)
  if (field !== null) throw new ProblemError('request_conflict', { field })
}

async function goOn(services: Services, caseId: string): Promise<OwnCase> {
  const own = await advanceCase(casePartsOf(services), caseId)
  if (!own) throw new Error(`the case ${caseId} was not stored`)
  return own
}

async function newDispute(
  inbound: Inbound<'openDispute'>,
  services: Services,
  originKey: string,
): Promise<NewCase> {
  const { pool } = services
  const { params, body } = inbound
  const scope = await scopeIn(services, params.account_id, body.about)
  const { money, included } = await atStakeOf(pool, params.account_id, scope)
  const state = await readAccount(pool, params.account_id)
  const currency = state?.currency ?? ''
  const amount = 'payment_id' in scope ? null : { nanos: add(money, included), currency }
  return opened(services, inbound, {
    originKey,
    origin: 'dispute',
    subject: 'charge_disputed',
    amount,
    facts: {
      about: body.about,
      at_stake: { money: formatNanos(money), included: formatNanos(included) },
    },
  })
}

const newQuestion = (
  inbound: Inbound<'askForPerson'>,
  services: Services,
  originKey: string,
): Promise<NewCase> =>
  opened(services, inbound, {
    originKey,
    origin: 'person_asked',
    subject: 'person_asked',
    amount: null,
    facts: {},
  })

async function opened(
  { pool, nowMs }: Services,
  inbound: Inbound<'openDispute'> | Inbound<'askForPerson'>,
  fresh: Pick<NewCase, 'originKey' | 'origin' | 'subject' | 'amount' | 'facts'>,
): Promise<NewCase> {
  const { body } = inbound
  const policy = await supportPolicyInForce(pool)
  const at = instant(nowMs())
  const due = dueTimes(dueRow(policy, fresh.origin, fresh.amount), 'received', at)
  const wants = 'wants' in body ? (body.wants ?? null) : null
  return {
    ...fresh,
    accountId: inbound.params.account_id,
    facts: { ...fresh.facts, request: body },
    openedBy: signerOf(inbound.caller, inbound.from),
    at,
    language: body.language ?? 'en',
    dueAt: firstDue(due.checked),
    received: { policy: policy?.version ?? null, due, words: body.words, wants },
  }
}

const firstDue = (text: string | undefined): Instant | null =>
  text === undefined ? null : (parseInstant(text) ?? null)

/** What it is about exists, and is of this account. */
async function scopeIn(
  { pool }: Services,
  accountId: string,
  about: Inbound<'openDispute'>['body']['about'],
): Promise<DisputeScope> {
  if ('payment_id' in about) {
    const payment = await readPayment<PaymentOrder>(pool, about.payment_id)
    if (payment?.accountId !== accountId) throw new ProblemError('purchase_unknown')
    return { payment_id: about.payment_id }
  }
  if ('period' in about) {
    const period = { from: instantIn(about.period.from), until: instantIn(about.period.until) }
    if (period.from < period.until) return { period }
    throw new ProblemError('invalid_request', {
      errors: [faultAt('body/about/period/until', 'dispute_ends_first')],
    })
  }
  const known = await contestedCalls(pool, accountId, about.calls)
  const missing = about.calls.find((call) => !known.some(({ callId }) => callId === call))
  if (missing !== undefined)
    throw new ProblemError('charge_unknown', {
      detail: { code: 'call_without_charge', values: { call: missing } },
    })
  return { calls: about.calls }
}
