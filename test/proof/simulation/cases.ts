import type { Caller } from '../../../src/api/caller.ts'
import { caseDecisionHandlers } from '../../../src/api/handlers/case-decisions.ts'
import { disputeHandlers } from '../../../src/api/handlers/disputes.ts'
import { isOpen } from '../../../src/core/cases/index.ts'
import { loadCase, type OwnCase } from '../../../src/engine/cases/take-steps.ts'
import { insist } from './buyers.ts'
import type { Scene } from './calls.ts'
import { askDesk, type DeskAnswer } from './desk.ts'
import type { Life } from './node.ts'
import { planted } from './plants.ts'

const ASKS_AGAIN_MS = 30_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Beyond a day, credit is given for the time of the check. */
const LOOKS_AFTER_MS = [HOUR_MS / 4, 2 * HOUR_MS, 2 * DAY_MS, 7 * DAY_MS]
const CHOICES = ['accept', 'refund', 'refund', 'part', 'part', 'reject', 'withdraw'] as const
const PART = '0.001'
const AGENT = { type: 'support', id: 'sam', role: 'support' } as const

type Choice = (typeof CHOICES)[number]

/** What an account holder says about a call. */
export interface Dispute {
  readonly account: string
  readonly callId: string
  readonly key: string
  /** `null`: nothing was charged, so that there is no case; `undefined`: no answer yet. */
  caseId: string | null | undefined
}

const holderOf = (accountId: string): Caller => ({
  type: 'key',
  holder: { accountId, keyId: 'key', memberId: null, projectId: null, client: null },
})

/** The account holder objects to a call, and some time after, somebody decides. */
export function startDispute(scene: Scene, account: string, callId: string): Dispute {
  const own: Dispute = { account, callId, key: `about_${callId}`, caseId: undefined }
  insist(scene, `${account} objects to ${callId}`, ASKS_AGAIN_MS, async (life) => {
    const { body } = await askDesk<{ case_id: string }, 'openDispute'>(
      served(scene, life),
      disputeHandlers.openDispute,
      {
        params: { account_id: account },
        body: { about: { calls: [callId] }, words: 'I do not know this one' },
        idempotencyKey: own.key,
        caller: holderOf(account),
      },
    )
    if (own.caseId === undefined) {
      own.caseId = body?.case_id ?? null
      if (own.caseId !== null) lookLater(scene, own.caseId, own)
    }
    return true
  })
  return own
}

/** A server whose work on cases is as it is planted. */
const served = ({ plant }: Scene, life: Life): Pick<Life, 'engine' | 'pool' | 'payments'> => ({
  ...life,
  engine: planted.cases(plant, life.engine) as Life['engine'],
})

function lookLater(scene: Scene, caseId: string, own: Dispute): void {
  const { world } = scene
  const choice = world.random.pick(CHOICES)
  world.after(world.random.pick(LOOKS_AFTER_MS), `somebody looks at ${own.key}`, () =>
    insist(scene, `${own.key} is decided`, ASKS_AGAIN_MS, async (life) => {
      const before = await loadCase(life.pool, caseId)
      if (!before) throw new Error(`${own.key} was opened and is not there`)
      if (!isOpen(before.view.state)) return true
      const { code } = await decide(served(scene, life), { own, choice, before })
      // what was meant is not possible any more: there is nothing left to give back
      if (code !== null) await reject(served(scene, life), caseId)
      const now = await loadCase(life.pool, caseId)
      return now !== null && !isOpen(now.view.state)
    }),
  )
}

interface Decision {
  readonly own: Dispute
  readonly choice: Choice
  readonly before: OwnCase
}

function decide(
  life: ReturnType<typeof served>,
  { own: { account, callId }, choice, before }: Decision,
): Promise<DeskAnswer<unknown>> {
  const { caseId } = before.record
  const params = { account_id: account, case_id: caseId }
  if (choice === 'reject') return reject(life, caseId)
  if (choice === 'withdraw')
    return askDesk(life, disputeHandlers.withdrawDispute, { params, caller: holderOf(account) })
  if (choice === 'accept' && before.view.offer)
    return askDesk(life, disputeHandlers.acceptOffer, { params, caller: holderOf(account) })
  const part = choice === 'part' ? { amount: PART } : {}
  return askDesk(life, caseDecisionHandlers.refundInCase, {
    params: { case_id: caseId },
    body: { calls: [{ call_id: callId, ...part }], reason: 'wrong_charge' },
    caller: AGENT,
  })
}

const reject = (life: ReturnType<typeof served>, caseId: string): Promise<DeskAnswer<unknown>> =>
  askDesk(life, caseDecisionHandlers.rejectCase, {
    params: { case_id: caseId },
    body: { reason: 'charge_is_right', words: 'It is as it was used.' },
    caller: AGENT,
  })
