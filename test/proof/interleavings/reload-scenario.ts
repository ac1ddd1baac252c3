import type pg from 'pg'
import { expect } from 'vitest'
import type { AutoReloadFacts } from '../../../src/core/ledger/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import { recoverPayments } from '../../../src/jobs/payments.ts'
import type { PaymentsDeps } from '../../../src/payments/deps.ts'
import { addMethod } from '../../../src/payments/methods.ts'
import { evaluateReload } from '../../../src/payments/reload.ts'
import { SimulatedProcessor } from '../../../src/payments/simulated/processor.ts'
import { simulatedProvider } from '../../../src/payments/simulated/provider.ts'
import { ratesTable } from '../../../src/payments/tax.ts'
import { publishPolicy } from '../../../src/payments/terms.ts'
import { record } from '../../engine/support/commands.ts'
import { funded, post, stateOf } from '../../engine/support/journal.ts'
import { authorize, topUp } from '../../engine/support.ts'
import { POLICIES } from '../../support/terms.ts'
import type { Scenario } from './scenarios.ts'
import { ask, insisting, START, type VirtualNode } from './stage.ts'

const ACTOR = { type: 'member', id: 'holder' } as const
const FIRST = '6'
const BOUGHT = '11'
const RELOADED = '20'

/** What a second purchase within the gap could not hide behind: the limits leave room for several. */
const termsWith = (methodId: string, rate: string): AutoReloadFacts => ({
  trigger_below: '5',
  amount: RELOADED,
  target: null,
  max_per_day: '1000',
  max_per_month: '1000',
  method_id: methodId,
  tax: { policy: 'US@1', rate },
})

const AFTER_MS = 3_600_000

function paymentsOf(node: VirtualNode, processor: SimulatedProcessor, nowMs: () => number) {
  let ids = 0
  const deps: PaymentsDeps = {
    pool: node.pool,
    engine: node.engine,
    provider: simulatedProvider(processor),
    tax: ratesTable,
    nowMs,
    ids: (kind) => {
      ids += 1
      return `${kind}_${node.name}${ids}`
    },
    returnUrl: 'https://example.com/back',
  }
  return deps
}

/** Two servers see that the balance is low, while the holder buys credit and calls on a third. */
export const reloadOrTopUp: Scenario = {
  name: 'an auto-reload on two nodes and a top-up beside it',
  async prepare({ nodes: [a, b, c], clock }, id) {
    if (!a || !b || !c) throw new Error('three nodes are needed')
    const processor = new SimulatedProcessor({ webhookSecret: 'whsec', nowMs: () => clock.now() })
    const of = (node: VirtualNode) => paymentsOf(node, processor, () => clock.now())
    const policy = POLICIES.find(({ jurisdiction }) => jurisdiction === 'US')
    if (!policy) throw new Error('there is no policy of the US')
    await publishPolicy(a.pool, { document: policy, at: clock.now() as Instant, by: 'test' })
    await funded(a.engine, id, FIRST)
    const { methodId } = await addMethod(of(a), id, 'pm_card_visa', ACTOR)
    await post(a.engine, {
      ...{ kind: 'set_auto_reload', accountId: id, requestId: 'agree', actor: ACTOR },
      terms: termsWith(methodId, policy.tax.rate),
      consent: { text: 'as shown', locale: 'en', version: '1' },
    })
    await post(a.engine, record(id, 'drawn', Date.parse(START), { input: 2_000_000, output: 0 }))
    const look = (node: VirtualNode) => () => insisting(() => evaluateReload(of(node), id))
    return {
      acts: [
        look(a),
        look(b),
        () => ask(c, topUp(id, BOUGHT, 'webhook')),
        () => ask(c, authorize(id, 'call')),
      ],
      check: async (pool) => {
        // whoever was cut off in the middle is taken up by the job, and a later look finds enough
        await recoverPayments(of(a), clock.now() + AFTER_MS)
        await look(b)()
        await expectOneReload(pool, id, processor)
      },
    }
  },
}

async function expectOneReload(
  pool: pg.Pool,
  accountId: string,
  processor: SimulatedProcessor,
): Promise<void> {
  const { rows } = await pool.query<{ phase: string }>(
    `select phase from control.payment where account_id = $1::text and kind = 'auto_reload'`,
    [accountId],
  )
  // none where the top-up was there before anybody looked; one that came to nothing where it was there
  // before the card was charged
  expect(rows.length).toBeLessThanOrEqual(1)
  for (const { phase } of rows) expect(['credited', 'failed']).toContain(phase)
  const bought = rows.filter(({ phase }) => phase === 'credited').map(() => RELOADED)
  expect(processor.charges().length).toBe(bought.length)
  const { lots, auto_reload } = await stateOf(pool, accountId)
  expect(lots.map(({ face }) => face).sort()).toEqual([FIRST, BOUGHT, ...bought].sort())
  // nobody is told to look at it: a purchase beside it is no fault
  expect(auto_reload?.stopped ?? null).toBeNull()
}
