import { faultAt } from '../../contract/problem-words/faults.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  checkpointOf,
  checkpointsAfter,
  consistencyProof,
  newestCheckpoint,
  type StoredCheckpoint,
  sealedHead,
  usedKeys,
} from '../../store/log/index.ts'
import { readSeqs } from '../../store/reads/account-state.ts'
import { PAGE_DEFAULT } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { type Handlers, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'

type Log = 'getCheckpoint' | 'listCheckpoints' | 'getConsistency' | 'getLogKeys' | 'getSealedHead'

/** As long as a round takes to come. */
const SEALED_AFTER_S = '5'

export const logHandlers: Handlers<Log> = {
  getCheckpoint: async ({ request }, { pool }) => {
    const newest = await newestCheckpoint(pool)
    if (!newest) throw new ProblemError('log_empty')
    if (/^text\/plain\b/.test(request.headers.accept ?? ''))
      return { status: 200, body: newest.note, contentType: 'text/plain' }
    return ok(checkpointJson(newest))
  },

  listCheckpoints: async ({ query }, { pool, nowMs }) => {
    const size = BigInt(query.after ?? 0)
    const items = await checkpointsAfter(pool, { size, limit: query.limit ?? PAGE_DEFAULT })
    return ok({ items: items.map(checkpointJson), as_of: formatInstant(instant(nowMs())) })
  },

  getConsistency: async ({ query }, { pool, nowMs }) => {
    const newest = await newestCheckpoint(pool)
    if (!newest) throw new ProblemError('log_empty')
    const to = query.to === undefined ? newest : await needed(pool, query.to)
    const from = await needed(pool, query.from)
    if (from.size > to.size) throw backwards()
    const proof = await consistencyProof(pool, { from: from.size, to: to.size })
    return ok({
      from: checkpointJson(from),
      to: checkpointJson(to),
      proof,
      as_of: formatInstant(instant(nowMs())),
    })
  },

  getLogKeys: async (_inbound, { pool, nowMs, sealing }) => {
    const keys = await usedKeys(pool)
    const items = keys.map((own) => ({
      key: own.key,
      from_size: Number(own.fromSize),
      until_size: own.untilSize === null ? null : Number(own.untilSize),
      announced: own.announced,
      added_at: formatInstant(own.addedAt),
    }))
    return ok({ key: sealing?.key ?? null, items, as_of: formatInstant(instant(nowMs())) })
  },

  getSealedHead: async ({ params, query }, { pool, nowMs, sealing }) => {
    const { account_id } = params
    const last = (await readSeqs(pool, [account_id])).get(account_id)
    if (last === undefined) throw new ProblemError('account_unknown')
    const found = await sealedHead(pool, account_id, query.at_least ?? last)
    if (!found) throw notSealed(sealing !== undefined)
    const { index, ...head } = found
    const as_of = formatInstant(instant(nowMs()))
    return ok({ account_id, ...head, index: Number(index), as_of })
  },
}

const notSealed = (isOn: boolean): ProblemError =>
  isOn
    ? new ProblemError('head_not_sealed', { headers: { 'retry-after': SEALED_AFTER_S } })
    : new ProblemError('sealing_off')

async function needed(pool: Services['pool'], size: number): Promise<StoredCheckpoint> {
  const found = await checkpointOf(pool, BigInt(size))
  if (!found) throw new ProblemError('log_size_unknown')
  return found
}

const backwards = (): ProblemError =>
  new ProblemError('invalid_request', {
    errors: [faultAt('query/from', 'log_sizes_reversed')],
  })

const checkpointJson = ({ size, root, note, key, at }: StoredCheckpoint) => ({
  ...{ size: Number(size), root, note, key },
  at: formatInstant(at),
})
