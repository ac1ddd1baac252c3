import type { CallDescription, Command, OutcomeCode } from '../../src/core/decisions/index.ts'
import type { Cap } from '../../src/core/funding/index.ts'
import { parsePlan } from '../../src/core/funding/plan-document.ts'
import { type Nanos, readNanos, ZERO } from '../../src/core/money/index.ts'
import type { PriceBook } from '../../src/core/pricing/index.ts'
import type { Instant } from '../../src/core/time/index.ts'
import type { TokenKind } from '../../src/core/usage/usage.ts'
import { instantOf, World } from './world.ts'

/** An example of the documentation: a plan, then steps in order of time. */
export interface Scenario {
  readonly plan: unknown
  readonly steps: readonly Step[]
}

type Tokens = Readonly<Partial<Record<TokenKind, number>>>

interface CallStep {
  readonly call: string
  readonly attempt?: number
  readonly model?: string
  readonly features?: readonly string[]
  readonly client?: string
  readonly speed?: string
}

interface EndStep {
  readonly outcome?: OutcomeCode
  readonly tokens?: Tokens
  readonly speed?: string
  readonly evidence?: Readonly<Record<string, unknown>>
}

interface CapStep {
  readonly id: string
  readonly scope?: Cap['scope']
  readonly scope_id?: string
  readonly period: Cap['period']
  readonly amount: string
  readonly counts?: Cap['counts']
  readonly raises?: readonly { readonly to: string; readonly until: string }[]
}

export interface Step {
  readonly at: string
  readonly grant?: {
    readonly lot: string
    readonly name: string
    readonly amount: string
    readonly expires_at?: string
    readonly position?: 'before_windows' | 'after_windows'
    readonly models?: readonly string[]
  }
  readonly top_up?: {
    readonly lot: string
    readonly name: string
    readonly amount: string
    /** What was paid, tax excluded; the amount unless told. */
    readonly price?: string
    readonly tax?: string
  }
  readonly auto_reload?: {
    readonly trigger_below: string
    readonly amount?: string
    readonly target?: string
    readonly max_per_day: string
    readonly max_per_month: string
  }
  readonly refund_purchase?: { readonly lot: string; readonly withdraw_until: string }
  readonly freeze_lot?: { readonly lot: string }
  readonly controls?: {
    readonly paid_use?: boolean
    readonly overage_limit?: string
    readonly caps?: readonly CapStep[]
  }
  readonly change_plan?: unknown
  readonly authorize?: CallStep & {
    readonly prompt_tokens: number
    readonly max_tokens: number
    readonly fit?: 'clamp' | 'refuse'
  }
  readonly settle?: { readonly call: string; readonly attempt?: number } & EndStep
  readonly release?: { readonly call: string; readonly attempt?: number } & EndStep
  readonly record?: CallStep & EndStep
  readonly expire_hold?: { readonly call: string }
  readonly refund?: { readonly call: string; readonly reason: string; readonly amount?: string }
  readonly expire_lot?: { readonly lot: string }
}

const MINUTES_10_MS = 600_000
const FAR = '2027-12-31T00:00:00Z'

/** Runs a scenario and returns its world at the end. */
export function run(scenario: Scenario, books: readonly PriceBook[]): World {
  const world = new World(books)
  const first = scenario.steps[0]
  if (!first) throw new Error('a scenario needs steps')
  const plan = addPlan(world, scenario.plan)
  const { accountId } = world
  world.execute(
    {
      kind: 'open_account',
      accountId,
      requestId: accountId,
      actor: ACTOR,
      name: 'Example',
      currency: 'USD',
      plan,
      anchor: instantOf('2026-11-01T00:00:00Z'),
    },
    instantOf('2026-11-01T00:00:00Z'),
  )
  scenario.steps.forEach((step, index) => {
    const at = instantOf(step.at)
    world.execute(commandOf(world, step, { at, index }), at)
  })
  return world
}

const ACTOR = { type: 'operator', id: 'op_docs' } as const

function addPlan(world: World, document: unknown): string {
  const parsed = parsePlan(document)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return world.addPlan(parsed.plan)
}

interface Moment {
  readonly at: Instant
  readonly index: number
}

type Base = Pick<Command, 'accountId' | 'requestId' | 'actor'>

function commandOf(world: World, step: Step, moment: Moment): Command {
  const base: Base = {
    accountId: world.accountId,
    requestId: `step_${moment.index}`,
    actor: ACTOR,
  }
  if (step.change_plan)
    return { ...base, kind: 'change_plan', plan: addPlan(world, step.change_plan) }
  const command =
    fundsCommand(base, step) ?? purchaseCommand(base, step) ?? callCommand(base, step, moment)
  if (!command) throw new Error(`nothing to do in ${JSON.stringify(step)}`)
  return command
}

function fundsCommand(base: Base, step: Step): Command | null {
  const { grant, top_up: topUp, controls, expire_lot: expireLot } = step
  if (grant) {
    return {
      ...base,
      kind: 'grant',
      lotId: grant.lot,
      name: grant.name,
      origin: 'promotion',
      amount: readNanos(grant.amount),
      expiresAt: instantOf(grant.expires_at ?? FAR),
      scope: grant.models ? { models: grant.models } : {},
      position: grant.position ?? 'after_windows',
      priority: 0,
    }
  }
  if (topUp) {
    return {
      ...base,
      kind: 'top_up',
      lotId: topUp.lot,
      name: topUp.name,
      origin: 'purchase',
      face: readNanos(topUp.amount),
      price: readNanos(topUp.price ?? topUp.amount),
      tax: readNanos(topUp.tax ?? '0'),
      expiresAt: null,
      scope: {},
      priority: 0,
    }
  }
  if (expireLot) return { ...base, kind: 'expire_lot', lotId: expireLot.lot }
  if (!controls) return null
  return {
    ...base,
    kind: 'set_controls',
    ...(controls.paid_use !== undefined && { paidUse: controls.paid_use }),
    ...(controls.overage_limit !== undefined && {
      overageLimit: readNanos(controls.overage_limit),
    }),
    ...(controls.caps && { caps: controls.caps.map(capOf) }),
  }
}

function purchaseCommand(base: Base, step: Step): Command | null {
  const { auto_reload: reload, refund_purchase: refund, freeze_lot: freeze } = step
  if (reload) {
    const terms = { amount: null, target: null, ...reload }
    return {
      ...base,
      kind: 'set_auto_reload',
      terms: { ...terms, method_id: 'pm_example', tax: { policy: '*@1', rate: '0' } },
      consent: { text: 'as shown', locale: 'en', version: '1' },
    }
  }
  if (freeze)
    return { ...base, kind: 'freeze_lot', lotId: freeze.lot, disputeId: 'dp', paymentId: 'pay' }
  if (!refund) return null
  return {
    ...base,
    kind: 'refund_purchase',
    lotId: refund.lot,
    paymentId: 'pay_example',
    basis: 'withdrawal',
    withdrawalUntil: instantOf(refund.withdraw_until),
    taxPaid: ZERO,
    refunded: { price: ZERO, tax: ZERO },
    reason: 'withdrawal',
  }
}

const capOf = (cap: CapStep): Cap => ({
  id: cap.id,
  scope: cap.scope ?? 'account',
  scopeId: cap.scope_id ?? null,
  period: cap.period,
  amount: readNanos(cap.amount),
  counts: cap.counts ?? 'money',
  ...(cap.raises && {
    raises: cap.raises.map((raise) => ({
      for: null,
      to: readNanos(raise.to),
      until: instantOf(raise.until),
    })),
  }),
})

const requestOf = (call: string, attempt = 1): string =>
  attempt === 1 ? call : `${call}#${attempt}`

const describe = (step: CallStep): CallDescription => ({
  callId: step.call,
  attempt: step.attempt ?? 1,
  model: step.model ?? 'example-model',
  features: step.features ?? [],
  client: step.client ?? 'first_party',
  keyId: 'key_docs',
  memberId: null,
  projectId: 'web',
  sessionId: null,
  tier: null,
  speed: step.speed ?? null,
  region: null,
  dialect: null,
  route: null,
  fingerprint: null,
})

const endOf = (step: EndStep) => ({
  outcome: step.outcome ?? ('succeeded' as const),
  usage: step.tokens
    ? {
        model: null,
        tier: null,
        speed: step.speed ?? null,
        region: null,
        usage: { tokens: step.tokens, fees: {}, estimated: [], flags: [] },
        parts: [],
      }
    : null,
  evidence: step.evidence ?? {},
})

function callCommand(base: Base, step: Step, { at }: Moment): Command | null {
  const { authorize, settle, release, record, refund, expire_hold: expireHold } = step
  if (authorize) return authorizeCommand(base, authorize)
  if (settle) {
    return {
      ...base,
      requestId: requestOf(settle.call, settle.attempt),
      kind: 'settle',
      callId: settle.call,
      ...endOf(settle),
    }
  }
  if (release) {
    const { usage: _, ...end } = endOf(release)
    const requestId = requestOf(release.call, release.attempt)
    return { ...base, requestId, kind: 'release', callId: release.call, ...end }
  }
  if (record) {
    const call = describe(record)
    const requestId = record.call
    return { ...base, requestId, kind: 'record', call, eventAt: at, ...endOf(record) }
  }
  if (expireHold) return { ...base, kind: 'expire_hold', callId: expireHold.call }
  if (!refund) return null
  return {
    ...base,
    requestId: `${refund.call}#refund:${refund.reason}`,
    kind: 'refund',
    callId: refund.call,
    reason: refund.reason,
    ...(refund.amount !== undefined && { amount: readNanos(refund.amount) as Nanos }),
  }
}

function authorizeCommand(base: Base, step: NonNullable<Step['authorize']>): Command {
  return {
    ...base,
    requestId: requestOf(step.call, step.attempt),
    kind: 'authorize',
    call: describe(step),
    bound: {
      promptTokensMax: step.prompt_tokens,
      promptTokensExpected: step.prompt_tokens,
      promptKinds: ['input'],
      maxOutputTokens: step.max_tokens,
      outputKinds: ['output'],
      fees: {},
    },
    minOutputTokens: 1,
    fit: step.fit ?? 'refuse',
    ttlMs: MINUTES_10_MS,
  }
}
