import { CONTROL_FIELDS } from '../../contract/permissions.ts'
import { faultAt } from '../../contract/problem-words/faults.ts'
import { STATE_CAPS_MAX, STATE_HOLDS_MAX } from '../../contract/schemas/state.ts'
import { capChain, capView } from '../../core/decisions/cap-view.ts'
import type { Command, OpenAccount } from '../../core/decisions/commands.ts'
import { accountView } from '../../core/decisions/view.ts'
import { compareLots } from '../../core/funding/order.ts'
import type { Cap } from '../../core/funding/types.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { derivedId, enterAccount, hasOwner, listAccounts } from '../../store/control/index.ts'
import { readState, type StoredState } from '../../store/reads/account-state.ts'
import { readCapChain } from '../../store/reads/cap-chain.ts'
import { actorOf, principalOf, signerOf } from '../caller.ts'
import { withChange } from '../changed.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import { decidePosting } from '../decide.ts'
import type { Services } from '../deps.ts'
import { type Handlers, type Inbound, keyOf, memberInSight, ok } from '../handler.ts'
import { needState } from '../need-account.ts'
import { choosePlan, planNamed } from '../plan-choice.ts'
import { type Answer, ProblemError } from '../problem-answer.ts'
import { amountIn, instantIn, instantOrNull } from '../read-in.ts'

type Accounts =
  | 'openAccount'
  | 'listAccounts'
  | 'whoami'
  | 'getAccount'
  | 'getState'
  | 'changePlan'
  | 'setControls'

export const accountHandlers: Handlers<Accounts> = {
  openAccount: async (inbound, services) => {
    const { body } = inbound
    const accountId = body.account_id ?? derivedId('acct', keyOf(inbound))
    const requestId = inbound.idempotencyKey ?? `open:${accountId}`
    const request = { accountId, requestId, kind: 'open_account' } as const
    const command = (plan: string): OpenAccount => ({
      ...request,
      actor: actorOf(inbound.caller, inbound.from),
      name: body.name,
      currency: body.currency,
      plan,
      ...(body.anchor !== undefined && { anchor: instantIn(body.anchor) }),
    })
    const plan = await choosePlan(services.pool, body.plan, request)
    const { answer, posted } = await decideWithPlan(services, command(plan), 201)
    if (posted)
      await enterAccount(services.pool, {
        accountId,
        name: body.name,
        createdAt: instantIn(posted.entry.at),
      })
    return answer
  },

  listAccounts: async ({ query }, { pool, nowMs }) => {
    const limit = query.limit ?? PAGE_DEFAULT
    const [after] = decodeCursor('accounts', ['string'], query.cursor) ?? [null]
    const rows = await listAccounts(pool, { after, limit: limit + 1, text: query.q ?? null })
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor('accounts', [last.accountId]),
    )
    return ok({
      items: items.map((row) => ({
        account_id: row.accountId,
        name: row.name,
        created_at: formatInstant(row.createdAt),
      })),
      next_cursor,
      as_of: formatInstant(instant(nowMs())),
    })
  },

  whoami: async ({ caller }, services) => {
    const holder = caller.type === 'key' ? caller.holder : null
    const account = holder && (await accountJson(services, holder.accountId))
    return ok({
      principal: principalOf(caller),
      account,
      staff_id: caller.type === 'key' ? null : caller.id,
      key: holder && {
        key_id: holder.keyId,
        member_id: holder.memberId,
        project_id: holder.projectId,
        client: holder.client,
      },
      as_of: account?.as_of ?? formatInstant(instant(services.nowMs())),
    })
  },

  getAccount: async ({ params }, services) => ok(await accountJson(services, params.account_id)),

  getState: async (inbound, services) => ok(await stateOf(inbound, services)),

  changePlan: async (inbound, services) => {
    const request = {
      kind: 'change_plan',
      accountId: inbound.params.account_id,
      requestId: keyOf(inbound),
    } as const
    const plan = await choosePlan(services.pool, inbound.body.plan, request)
    const command = { ...request, actor: actorOf(inbound.caller, inbound.from), plan }
    return (await decideWithPlan(services, command, 200)).answer
  },

  setControls: async (inbound, services) => {
    const { body } = inbound
    await mayChange(inbound, services)
    const overage = body.overage_limit
    const { answer } = await decidePosting(services.engine, {
      kind: 'set_controls',
      accountId: inbound.params.account_id,
      requestId: keyOf(inbound),
      actor: signerOf(inbound.caller, inbound.from),
      ...(body.reason !== undefined && { reason: body.reason }),
      ...(body.paid_use !== undefined && { paidUse: body.paid_use }),
      ...(overage !== undefined && { overageLimit: overage === null ? null : amountIn(overage) }),
      ...(body.caps && { caps: body.caps.map(capIn) }),
      ...(body.remove_caps && { removeCaps: body.remove_caps }),
      ...(body.expected && { expected: expectedIn(body.expected) }),
    })
    return withChange(answer, services.pool, {
      accountId: inbound.params.account_id,
      of: 'controls',
    })
  },
}

const expectedIn = ({
  paid_use: paidUse,
  caps,
}: NonNullable<Inbound<'setControls'>['body']['expected']>) => ({
  ...(paidUse !== undefined && { paidUse }),
  ...(caps && {
    caps: caps.map(({ id, amount }) => ({ id, amount: amount === null ? null : amountIn(amount) })),
  }),
})

async function accountJson(services: Services, accountId: string) {
  const { state, at } = await needState(services, accountId)
  return {
    account_id: state.accountId,
    name: state.name,
    currency: state.currency,
    plan: state.plan,
    anchor: formatInstant(state.anchor),
    opened_at: formatInstant(state.openedAt),
    paid_use: state.paidUse,
    parked: state.parked,
    as_of: formatInstant(at),
    seq: state.seq,
  }
}

/** A plan that was published on another server is not loaded here yet: it is loaded, and asked again. */
async function decideWithPlan(
  services: Services,
  command: Extract<Command, { plan: string }>,
  status: 200 | 201,
): ReturnType<typeof decidePosting> {
  const first = await decidePosting(services.engine, command, status)
  if (!isPlanUnknown(first.answer)) return first
  await services.engine.reloadCatalogue()
  return decidePosting(services.engine, command, status)
}

const isPlanUnknown = ({ body }: Answer): boolean =>
  typeof body === 'object' && body !== null && 'code' in body && body.code === 'plan_unknown'

/** Each control has its own owner; the operator acts for an account's owner with a reason only. */
async function mayChange(inbound: Inbound<'setControls'>, { pool }: Services): Promise<void> {
  const principal = principalOf(inbound.caller)
  for (const [field, allowed] of Object.entries(CONTROL_FIELDS))
    if (field in inbound.body && !allowed.includes(principal))
      throw new ProblemError('permission_denied', {
        detail: { code: 'control_of_others', values: { field, principals: allowed.join(', ') } },
      })
  const { paid_use: paidUse, reason } = inbound.body
  if (paidUse === undefined || reason !== undefined || principal !== 'operator') return
  if (await hasOwner(pool, inbound.params.account_id))
    throw new ProblemError('invalid_request', {
      errors: [faultAt('body/reason', 'reason_missing')],
    })
}

type CapGiven = NonNullable<Inbound<'setControls'>['body']['caps']>[number]

function capIn(given: CapGiven, index: number): Cap {
  const scopeId = given.scope_id ?? null
  if ((given.scope === 'account') !== (scopeId === null))
    throw new ProblemError('invalid_request', {
      errors: [
        faultAt(
          `body/caps/${index}/scope_id`,
          scopeId === null ? 'cap_scope_missing' : 'cap_scope_unwanted',
        ),
      ],
    })
  const counts = given.counts ?? 'money'
  return {
    id: given.id ?? derivedId('cap', given.scope, scopeId ?? '', given.period, counts),
    scope: given.scope,
    scopeId,
    period: given.period,
    amount: amountIn(given.amount),
    counts,
    ...(given.raises && {
      raises: given.raises.map((raise) => ({
        for: raise.for ?? null,
        to: amountIn(raise.to),
        until: instantOrNull(raise.until),
      })),
    }),
  }
}

const LIMITS = { holds: STATE_HOLDS_MAX, caps: STATE_CAPS_MAX }

/** The account as the gate sees it, from one reading. */
async function stateOf(inbound: Inbound<'getState'>, services: Services) {
  const accountId = inbound.params.account_id
  const memberId = memberInSight(inbound)
  if (memberId !== null) return ownStateOf(inbound, memberId, services)
  const stored = await readState(services.pool, accountId, {
    ...LIMITS,
    at: services.engine.now(),
  })
  if (!stored) throw new ProblemError('account_unknown')
  const { state, at } = stored
  const view = await viewOf(stored, services)
  return {
    ...view,
    caps: [...view.caps, ...stored.scopedCaps.map((own) => capView(own, state, at))],
  }
}

/** What a member sees who sees its own use only: its calls in flight, and the caps that limit it. */
async function ownStateOf(inbound: Inbound<'getState'>, memberId: string, services: Services) {
  const { caller } = inbound
  const { keyId, projectId } =
    caller.type === 'key' ? caller.holder : { keyId: null, projectId: null }
  const subject = { memberId, keyId, projectId, sessionId: null, model: null }
  const wish = { holds: STATE_HOLDS_MAX, memberId, at: services.engine.now() }
  const found = await readCapChain(services.pool, inbound.params.account_id, subject, wish)
  if (!found) throw new ProblemError('account_unknown')
  const { state, at } = found.stored
  const chain = capChain(found.caps, subject, state, at)
  const view = await viewOf(found.stored, services)
  const caps = chain.map(({ source: _source, ...own }) => own)
  return { ...view, caps, open_holds: view.holds.length }
}

async function viewOf(stored: StoredState, { catalogue }: Services) {
  const { state, at } = stored
  const ordered = { ...state, lots: [...state.lots].sort(compareLots) }
  const view = accountView(ordered, await planNamed(catalogue, state.plan), at)
  return {
    ...view,
    holds: stored.holds.map((hold) => ({
      call_id: hold.call_id,
      model: hold.call.model,
      at: hold.at,
      expires_at: hold.lives_until ?? hold.expires_at,
      money: hold.money,
      included: hold.included,
    })),
  }
}
