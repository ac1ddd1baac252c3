import { ZERO } from '../../core/money/index.ts'
import { DAY_MS, formatInstant, instant } from '../../core/time/index.ts'
import {
  createKey,
  derivedId,
  type KeyRecord,
  listKeys,
  readKey,
  readMember,
  revokeKey,
} from '../../store/control/index.ts'
import { actorOf } from '../caller.ts'
import { decidePosting } from '../decide.ts'
import type { Services } from '../deps.ts'
import { enterPayment, freeReversed } from '../enter-payment.ts'
import { created, type Handlers, type Inbound, keyOf, memberInSight, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { amountIn, instantIn, instantOrNull } from '../read-in.ts'
import { mayManage } from './team.ts'

type Credit = 'grant' | 'topUp' | 'voidLot' | 'refund' | 'reverse'

export const creditHandlers: Handlers<Credit> = {
  grant: async (inbound, { engine }) => {
    const { body } = inbound
    const accountId = inbound.params.account_id
    const requestId = keyOf(inbound)
    const command = {
      kind: 'grant',
      accountId,
      requestId,
      actor: actorOf(inbound.caller, inbound.from),
      lotId: derivedId('lot', accountId, 'grant', requestId),
      name: body.name,
      origin: body.origin ?? 'promotion',
      amount: amountIn(body.amount),
      ...(body.effective_at !== undefined && { effectiveAt: instantIn(body.effective_at) }),
      expiresAt: instantOrNull(body.expires_at),
      scope: body.scope ?? {},
      position: body.position ?? 'after_windows',
      priority: body.priority ?? 0,
      ...(body.reason !== undefined && { reason: body.reason }),
    } as const
    return (await decidePosting(engine, command, 201)).answer
  },

  topUp: async (inbound, services) => {
    const { body } = inbound
    const accountId = inbound.params.account_id
    const price = amountIn(body.price)
    const command = {
      kind: 'top_up',
      accountId,
      requestId: body.payment_id,
      actor: actorOf(inbound.caller, inbound.from),
      lotId: derivedId('lot', accountId, 'top_up', body.payment_id),
      name: body.name ?? 'Top-up',
      origin: body.origin ?? 'purchase',
      face: body.face === undefined ? price : amountIn(body.face),
      price,
      tax: body.tax === undefined ? ZERO : amountIn(body.tax),
      expiresAt: instantOrNull(body.expires_at),
      scope: body.scope ?? {},
      priority: body.priority ?? 0,
    } as const
    return enterPayment(services, command, 201)
  },

  voidLot: async (inbound, { engine }) => {
    const { answer } = await decidePosting(engine, {
      kind: 'void_lot',
      accountId: inbound.params.account_id,
      requestId: keyOf(inbound),
      actor: actorOf(inbound.caller, inbound.from),
      lotId: inbound.params.lot_id,
      reason: inbound.body.reason,
    })
    return answer
  },

  refund: async (inbound, { engine }) => {
    const { body } = inbound
    const command = {
      kind: 'refund',
      accountId: inbound.params.account_id,
      requestId: `${body.call_id}#refund:${body.reason}`,
      actor: actorOf(inbound.caller, inbound.from),
      callId: body.call_id,
      reason: body.reason,
      ...(body.amount !== undefined && { amount: amountIn(body.amount) }),
      ...(body.extension_days !== undefined && { extensionMs: body.extension_days * DAY_MS }),
    } as const
    return (await decidePosting(engine, command, 201)).answer
  },

  reverse: async (inbound, { engine, pool }) => {
    const { body } = inbound
    const command = {
      kind: 'reverse',
      accountId: inbound.params.account_id,
      requestId: `entry:${body.seq}#reverse`,
      actor: actorOf(inbound.caller, inbound.from),
      seq: body.seq,
      reason: body.reason,
    } as const
    const { answer, posted } = await decidePosting(engine, command, 201)
    if (posted) await freeReversed(pool, command.accountId, command.seq)
    return answer
  },
}

export const keyHandlers: Handlers<'createKey' | 'listKeys' | 'revokeKey'> = {
  createKey: async (inbound, services) => {
    const { params, body } = inbound
    const { pool, ids, nowMs } = services
    await needAccount(pool, params.account_id)
    const memberId = await holderOf(inbound, services)
    const { record, secret } = await createKey(pool, {
      keyId: ids('key'),
      accountId: params.account_id,
      name: body.name,
      memberId,
      projectId: body.project_id ?? null,
      client: body.client ?? null,
      at: instant(nowMs()),
    })
    return {
      ...created({ ...keyJson(record), key: secret }),
      headers: { 'cache-control': 'no-store' },
    }
  },

  listKeys: async (inbound, { pool, nowMs }) => {
    const { params } = inbound
    await needAccount(pool, params.account_id)
    const keys = await listKeys(pool, params.account_id, memberInSight(inbound))
    return ok({ items: keys.map(keyJson), as_of: formatInstant(instant(nowMs())) })
  },

  revokeKey: async (inbound, { pool, keys, nowMs }) => {
    const { params, caller } = inbound
    const at = instant(nowMs())
    const own = { accountId: params.account_id, keyId: params.key_id, at }
    await needAccount(pool, params.account_id)
    const key = await readKey(pool, own)
    const memberId = memberInSight(inbound)
    if (!key || (memberId !== null && key.memberId !== memberId))
      throw new ProblemError('key_unknown')
    if (memberId === null && key.memberId !== null) {
      const member = await readMember(pool, { ...own, memberId: key.memberId })
      if (!mayManage(caller, member?.role ?? 'developer'))
        throw new ProblemError('permission_denied')
    }
    const record = await revokeKey(pool, own)
    if (!record) throw new ProblemError('key_unknown')
    keys.forget(record.keyId)
    return ok(keyJson(record))
  },
}

/**
 * Whose key it will be. Who is limited to what is its own makes keys for itself; others for members whom
 * they may manage, and who exist: a key made beforehand would have whatever role the member gets later.
 */
async function holderOf(inbound: Inbound<'createKey'>, { pool }: Services): Promise<string | null> {
  const { body, caller } = inbound
  const own = memberInSight(inbound)
  if (own !== null) {
    if (body.member_id !== undefined && body.member_id !== own)
      throw new ProblemError('member_unknown')
    return own
  }
  if (body.member_id === undefined) return null
  const named = { accountId: inbound.params.account_id, memberId: body.member_id }
  const member = await readMember(pool, named)
  if (member?.status === 'removed' || (!member && caller.type === 'key'))
    throw new ProblemError('member_unknown')
  const isSelf = caller.type === 'key' && caller.holder.memberId === body.member_id
  if (!isSelf && !mayManage(caller, member?.role ?? 'developer'))
    throw new ProblemError('permission_denied')
  return body.member_id
}

const keyJson = (key: KeyRecord) => ({
  key_id: key.keyId,
  account_id: key.accountId,
  name: key.name,
  prefix: key.prefix,
  member_id: key.memberId,
  project_id: key.projectId,
  client: key.client,
  created_at: formatInstant(key.createdAt),
  revoked_at: key.revokedAt === null ? null : formatInstant(key.revokedAt),
})
