import { incidentHandlers } from '../../../src/api/handlers/incidents.ts'
import { goodwillCampaignId } from '../../../src/core/incidents/index.ts'
import { type IncidentRecord, readIncident } from '../../../src/store/incidents/incidents.ts'
import { INVOICED } from './billing.ts'
import { claim, insist } from './buyers.ts'
import type { Scene } from './calls.ts'
import { askDesk, operator } from './desk.ts'
import type { Life } from './node.ts'

const ASKS_AGAIN_MS = 120_000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** What goes on from the day's calls after that is none of the incident. */
const LASTS_MS = 10 * MINUTE_MS
const ANN = operator('ann')
const BOB = operator('bob')

/** Whose calls are given back, and who may claim half of what was lost. */
const REFUNDED = ['account_1', 'account_2', 'account_3'] as const
const CREDITED = ['account_0', 'account_4', INVOICED] as const
export const SHARE_PERCENT = 50n
export const CREDIT_MAX = '0.5'

/** What the operator makes good of a busy day. */
export interface MadeGood {
  readonly id: string
  readonly accounts: readonly string[]
  readonly fromMs: number
  readonly untilMs: number
  readonly gives: 'charge' | 'credit'
  /** Nothing happened of what it is about. */
  isEmpty: boolean
}

/** Two incidents about the day that begins at `fromMs`: by refund, and by credit that is claimed. */
export function makeGood(scene: Scene, index: number, fromMs: number): MadeGood[] {
  const { world } = scene
  const span = { fromMs, untilMs: fromMs + LASTS_MS, isEmpty: false }
  const outage: MadeGood = { id: `outage_${index}`, accounts: REFUNDED, gives: 'charge', ...span }
  const delay: MadeGood = { id: `delay_${index}`, accounts: CREDITED, gives: 'credit', ...span }
  for (const own of [outage, delay])
    world.after(own.untilMs + MINUTE_MS - world.nowMs, `${own.id} is written`, () =>
      push(scene, own),
    )
  for (const account of CREDITED)
    world.after(fromMs + 3 * DAY_MS - world.nowMs, `${account} hears of ${delay.id}`, () =>
      claim(scene, account, goodwillCampaignId(delay.id)),
    )
  return [outage, delay]
}

const iso = (ms: number): string => new Date(ms).toISOString()

const documentOf = ({ id, accounts, fromMs, untilMs, gives }: MadeGood) => ({
  id,
  name: { en: 'Slow answers', ja: '応答の遅れ' },
  currency: 'USD',
  scope: { from: iso(fromMs), until: iso(untilMs), models: ['small'], accounts: [...accounts] },
  remedy:
    gives === 'charge'
      ? { refund: {} }
      : {
          goodwill: {
            ...{ percent: Number(SHARE_PERCENT), max: CREDIT_MAX },
            ...{ claim_until: iso(fromMs + 20 * DAY_MS), expires_after_days: 5 },
          },
        },
  notice: { en: 'Answers were slow.', ja: '応答に時間がかかりました。' },
})

/** Two people take it from writing to running, whichever answers get lost on the way. */
function push(scene: Scene, own: MadeGood): void {
  insist(scene, `${own.id} goes on`, ASKS_AGAIN_MS, async (life) => {
    const record = await readIncident(life.pool, own.id)
    if (!record) {
      const made = await askDesk(life, incidentHandlers.createIncident, {
        body: documentOf(own) as never,
        caller: ANN,
      })
      if (made.status === null && made.code !== 'incident_exists') throw new Error(made.code ?? '')
      return false
    }
    if (record.state === 'running' || record.state === 'done') return true
    const code = await next(life, record)
    own.isEmpty = code === 'incident_empty'
    return own.isEmpty
  })
}

async function next(life: Life, { incident, state }: IncidentRecord): Promise<string | null> {
  const params = { incident_id: incident.id }
  if (state === 'draft' || state === 'measuring')
    return (await askDesk(life, incidentHandlers.measureIncident, { params, caller: ANN })).code
  const caller = state === 'measured' ? ANN : BOB
  const step = state === 'measured' ? 'submit' : state === 'submitted' ? 'approve' : 'run'
  const asked = { params, body: { step }, caller } as const
  return (await askDesk(life, incidentHandlers.stepIncident, asked)).code
}
