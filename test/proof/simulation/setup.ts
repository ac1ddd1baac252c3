import { parseCampaign } from '../../../src/core/campaigns/index.ts'
import type { Command } from '../../../src/core/decisions/index.ts'
import { ZERO } from '../../../src/core/money/index.ts'
import { policyRef } from '../../../src/core/tax/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import { addMethod } from '../../../src/payments/methods.ts'
import { publishPolicy } from '../../../src/payments/terms.ts'
import { createCampaign, moveCampaign } from '../../../src/store/campaigns/campaigns.ts'
import { publishSupportTerms } from '../../../src/store/cases/terms.ts'
import { policyInForce, publishTerms } from '../../../src/store/control/terms.ts'
import { grant } from '../../engine/support/commands.ts'
import { post } from '../../engine/support/journal.ts'
import { BOOK, openAccount, paidUse, seedBook, topUp } from '../../engine/support.ts'
import type { TestDatabase } from '../../support/database.ts'
import { POLICIES, SUPPORT_POLICY } from '../../support/terms.ts'
import { addWebhooks } from './alerts.ts'
import { enterInvoiced, INVOICED } from './billing.ts'
import { CAMPAIGN, CLAIM } from './buyers.ts'
import type { Scene } from './calls.ts'
import type { Life } from './node.ts'
import { START_MS } from './world.ts'

const ACTOR = { type: 'operator', id: 'test' } as const
const DAY_MS = 86_400_000
const CONSENT = { text: 'We charge …', locale: 'en', version: '1' } as const

export const WINDOWS = [
  { id: 'session', shape: 'anchored', length: 'PT5H', capacity: '0.006' },
  { id: 'weekly', shape: 'anchored', length: 'P7D', capacity: '0.015' },
] as const
/** Whatever is drawn is reason enough: it is the limits that keep it from being bought. */
export const RELOAD = {
  trigger_below: '1',
  amount: '0.01',
  target: null,
  max_per_day: '0.01',
  max_per_month: '0.01',
} as const
export const CLAIMS_MAX = 2

interface Person {
  readonly account: string
  readonly card: string
  readonly plan: 'pro' | 'payg'
  readonly credit: string | null
  readonly reloads?: true | undefined
}

/** Two of them have a card that is declined whenever it is charged. */
export const PEOPLE: readonly Person[] = [
  { account: 'account_0', card: 'pm_card_visa', plan: 'payg', credit: '0.006', reloads: true },
  { account: 'account_1', card: 'pm_card_de', plan: 'pro', credit: '0.02' },
  {
    account: 'account_2',
    card: 'pm_card_chargeCustomerFail',
    plan: 'payg',
    credit: '0.03',
    reloads: true,
  },
  { account: 'account_3', card: 'pm_card_chargeCustomerFail', plan: 'pro', credit: null },
  { account: 'account_4', card: 'pm_card_mastercard', plan: 'payg', credit: '0.02' },
]

/** Does nothing: whatever is due of it is due by time alone. */
const IDLE: Person = { ...PEOPLE[0]!, account: 'account_5', credit: null, reloads: undefined }

/** In peace: prices, plans, terms, a campaign, and people with a card, some of them on a plan with a fee. */
export async function setUp(scene: Scene, database: TestDatabase): Promise<void> {
  const { world, nodes } = scene
  world.hasFaults = false
  const at = world.nowMs as Instant
  await publishPlans(scene, database)
  await seedBook(database, BOOK, BOOK.effective_from)
  for (const document of POLICIES) await publishPolicy(database.pool, { document, at, by: 'test' })
  await publishRemedies(database, at)
  const support = { kind: 'policy', name: '*', document: SUPPORT_POLICY, by: 'test' } as const
  await publishSupportTerms(database.pool, { ...support, version: SUPPORT_POLICY.version, at })
  await publishCampaign(database, at)
  for (const node of nodes) await node.start()
  for (const person of [...PEOPLE, IDLE]) await enter(scene, nodes[0]!.life!, person)
  await enterInvoiced(nodes[0]!.life!, at)
  const accounts = [...PEOPLE.map(({ account }) => account), INVOICED]
  await addWebhooks(scene, database.pool, accounts)
  world.hasFaults = true
}

async function publishPlans({ plant }: Scene, { pool }: TestDatabase): Promise<void> {
  const windows = WINDOWS.map((own) => ({
    ...own,
    capacity: plant === 'wider_windows' ? '1' : own.capacity,
  }))
  const plan = (id: string, more: object) => ({
    ...{ id, version: 1, name: id, currency: 'USD', windows: [], coverage: [] },
    ...more,
  })
  for (const document of [
    plan('payg', {}),
    plan('pro', { windows, price: '20', fallback: 'payg' }),
  ])
    await pool.query(
      `insert into control.plan_version (plan_id, version, document, status, created_at)
       values ($1::text, 1, $2::jsonb, 'published', '2026-01-01T00:00:00Z')`,
      [document.id, JSON.stringify(document)],
    )
}

async function publishRemedies({ pool }: TestDatabase, at: Instant): Promise<void> {
  const ceiling = { finding: '1', account_day: '1', rule_day: '1', day: '1' }
  const rules = { failed_call_charged: 'refund', duplicate_charge: 'refund' }
  const document = { version: 1, rules, ceilings: { USD: ceiling } }
  const name = { kind: 'remedies', name: '*', version: 1 } as const
  await publishTerms(pool, { ...name, document, at, by: 'test' })
}

async function publishCampaign({ pool }: TestDatabase, at: Instant): Promise<void> {
  const parsed = parseCampaign({
    ...{ id: CAMPAIGN, name: 'Autumn', currency: 'USD', eligible: [{ rule: 'paid_use_on' }] },
    claim: { from: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' },
    amounts: { by: 'plan', table: { payg: CLAIM, pro: CLAIM } },
    expires: { days_after_claim: 5 },
    limits: { claims: CLAIMS_MAX },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const change = (changeId: string) => ({ at, actor: ACTOR, changeId })
  await createCampaign(pool, parsed.campaign, change('create'))
  await moveCampaign(pool, { campaignId: CAMPAIGN, to: 'published' }, change('publish'))
}

async function enter(scene: Scene, { engine, payments }: Life, person: Person): Promise<void> {
  const { account, plan, credit } = person
  const orders: Command[] = [openAccount(account)]
  if (credit !== null) orders.push(topUp(account, credit), paidUse(account))
  orders.push(grant(account, `ends_${account}`, '0.004', START_MS + 9 * DAY_MS))
  if (plan === 'pro') orders.push(subscribe(account))
  await post(engine, ...orders)
  const method = await addMethod(payments, account, person.card, ACTOR)
  if (!person.reloads) return
  const policy = await policyInForce(payments.pool, 'US', START_MS as Instant)
  const terms = {
    ...RELOAD,
    ...(scene.plant === 'higher_month' && { max_per_day: '1', max_per_month: '1' }),
    method_id: method.methodId,
    tax: { policy: policyRef(policy!), rate: policy!.tax.rate },
  }
  const common = { accountId: account, requestId: 'agree', actor: ACTOR }
  await post(engine, { ...common, kind: 'set_auto_reload', terms, consent: CONSENT })
}

const subscribe = (accountId: string): Command => ({
  ...{ accountId, actor: ACTOR, kind: 'change_subscription', requestId: 'start' },
  ...{ plan: 'pro@1', fallback: 'payg@1', consent: CONSENT },
  payment: { paymentId: `first_${accountId}`, tax: ZERO, collected: false },
})
