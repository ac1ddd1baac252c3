import { STATE_CAPS_MAX, STATE_HOLDS_MAX } from '../../contract/schemas/state.ts'
import type { Command, OpenAccount } from '../../core/decisions/commands.ts'
import { accountView, capView } from '../../core/decisions/view.ts'
import { compareLots } from '../../core/funding/order.ts'
import type { Cap } from '../../core/funding/types.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { derivedId, enterAccount, listAccounts } from '../../store/control/index.ts'
import { readState } from '../../store/reads/account-state.ts'
import { actorOf } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import { decidePosting } from '../decide.ts'
import type { Services } from '../deps.ts'
import { type Handlers, type Inbound, keyOf, ok } from '../handler.ts'
import { choosePlan, planNamed } from '../plan-choice.ts'
import { type Answer, ProblemError } from '../problem-answer.ts'
import { amountIn, instantIn } from '../read-in.ts'

type Accounts =
  | 'openAccount'
  | 'listAccounts'
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
    const rows = await listAccounts(pool, { after, limit: limit + 1 })
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

  getAccount: async ({ params }, { pool }) => {
    const stored = await readState(pool, params.account_id, { holds: 0, caps: 0 })
    if (!stored) throw new ProblemError('account_unknown')
    const { state, at } = stored
    return ok({
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
    })
  },

  getState: async ({ params }, services) => ok(await stateOf(params.account_id, services)),

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
    const overage = body.overage_limit
    const { answer } = await decidePosting(services.engine, {
      kind: 'set_controls',
      accountId: inbound.params.account_id,
      requestId: keyOf(inbound),
      actor: actorOf(inbound.caller, inbound.from),
      ...(body.paid_use !== undefined && { paidUse: body.paid_use }),
      ...(overage !== undefined && { overageLimit: overage === null ? null : amountIn(overage) }),
      ...(body.caps && { caps: body.caps.map(capIn) }),
      ...(body.remove_caps && { removeCaps: body.remove_caps }),
    })
    return answer
  },
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

type CapGiven = NonNullable<Inbound<'setControls'>['body']['caps']>[number]

function capIn(given: CapGiven, index: number): Cap {
  const scopeId = given.scope_id ?? null
  if ((given.scope === 'account') !== (scopeId === null))
    throw new ProblemError('invalid_request', {
      errors: [
        {
          location: `body/caps/${index}/scope_id`,
          message: scopeId === null ? 'is missing' : 'does not belong to a cap of the account',
          fix: 'Name the member, key, project or model; leave it out for the account.',
        },
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
  }
}

/** The account as the gate sees it, from one reading. */
async function stateOf(accountId: string, { pool, catalogue }: Services) {
  const limits = { holds: STATE_HOLDS_MAX, caps: STATE_CAPS_MAX }
  const stored = await readState(pool, accountId, limits)
  if (!stored) throw new ProblemError('account_unknown')
  const { state, at } = stored
  const ordered = { ...state, lots: [...state.lots].sort(compareLots) }
  const view = accountView(ordered, await planNamed(catalogue, state.plan), at)
  return {
    ...view,
    caps: [...view.caps, ...stored.scopedCaps.map((own) => capView(own, state, at))],
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
