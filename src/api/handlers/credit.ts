import { ZERO } from '../../core/money/index.ts'
import { DAY_MS, formatInstant, instant } from '../../core/time/index.ts'
import {
  createKey,
  derivedId,
  type KeyRecord,
  listKeys,
  revokeKey,
} from '../../store/control/index.ts'
import { actorOf } from '../caller.ts'
import { decidePosting } from '../decide.ts'
import { created, type Handlers, keyOf, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { amountIn, instantIn, instantOrNull } from '../read-in.ts'

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

  topUp: async (inbound, { engine }) => {
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
    return (await decidePosting(engine, command, 201)).answer
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

  reverse: async (inbound, { engine }) => {
    const { body } = inbound
    const command = {
      kind: 'reverse',
      accountId: inbound.params.account_id,
      requestId: `entry:${body.seq}#reverse`,
      actor: actorOf(inbound.caller, inbound.from),
      seq: body.seq,
      reason: body.reason,
    } as const
    return (await decidePosting(engine, command, 201)).answer
  },
}

export const keyHandlers: Handlers<'createKey' | 'listKeys' | 'revokeKey'> = {
  createKey: async ({ params, body }, { pool, ids, nowMs }) => {
    await needAccount(pool, params.account_id)
    const { record, secret } = await createKey(pool, {
      keyId: ids('key'),
      accountId: params.account_id,
      name: body.name,
      memberId: body.member_id ?? null,
      projectId: body.project_id ?? null,
      client: body.client ?? null,
      at: instant(nowMs()),
    })
    return {
      ...created({ ...keyJson(record), key: secret }),
      headers: { 'cache-control': 'no-store' },
    }
  },

  listKeys: async ({ params }, { pool, nowMs }) => {
    await needAccount(pool, params.account_id)
    const keys = await listKeys(pool, params.account_id)
    return ok({ items: keys.map(keyJson), as_of: formatInstant(instant(nowMs())) })
  },

  revokeKey: async ({ params }, { pool, keys, nowMs }) => {
    const at = instant(nowMs())
    const own = { accountId: params.account_id, keyId: params.key_id, at }
    const record = await revokeKey(pool, own)
    if (!record) throw new ProblemError('key_unknown')
    keys.forget(record.keyId)
    return ok(keyJson(record))
  },
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
