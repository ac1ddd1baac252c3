import type { Command } from '../../../src/core/decisions/index.ts'
import type { Cap } from '../../../src/core/funding/index.ts'
import { type Nanos, readNanos } from '../../../src/core/money/index.ts'
import { instant } from '../../../src/core/time/index.ts'
import { claimCampaign } from '../../../src/engine/campaigns/claim.ts'
import type { Payment } from '../../../src/payments/order.ts'
import { confirmPurchase, previewPurchase } from '../../../src/payments/purchase.ts'
import { type Refund, refundPurchase } from '../../../src/payments/refund.ts'
import { grant, refund, setCaps } from '../../engine/support/commands.ts'
import type { Scene } from './calls.ts'
import type { Life } from './node.ts'

const ASKS_AGAIN_MS = 20_000
const BUYER = { type: 'member', id: 'buyer' } as const
const OPERATOR = { type: 'operator', id: 'test' } as const

/** Asks whichever server until one has answered; an answer is `true`. */
export function insist(
  scene: Scene,
  what: string,
  againMs: number,
  act: (life: Life, tries: number) => Promise<boolean>,
): void {
  const { world } = scene
  let isDone = false
  let tries = 0
  const again = (): void => {
    if (isDone) return
    tries += 1
    const own = tries
    const node = world.random.pick(scene.nodes)
    world.send(`${what} at ${node.name}`, async () => {
      await node.attempt(async (life) => {
        isDone = (await act(life, own)) || isDone
      })
    })
    world.after(againMs, `${what} is waited for`, again)
  }
  again()
}

/** A command of a person, whatever is answered to it. */
export const order = (scene: Scene, command: Command): void =>
  insist(scene, `${command.kind} ${command.requestId}`, ASKS_AGAIN_MS, async ({ engine }) => {
    const { result } = await engine.execute(command)
    scene.world.note(`${command.requestId} ${result.status}`)
    return true
  })

export interface Purchase {
  readonly account: string
  readonly amount: string
  previewId: string | null
  paymentId: string | null
  phase: Payment['phase'] | null
}

export function startPurchase(scene: Scene, account: string, amount: string): Purchase {
  const own: Purchase = { account, amount, previewId: null, paymentId: null, phase: null }
  insist(scene, `${account} buys`, ASKS_AGAIN_MS, async ({ payments }) => {
    const { account: accountId } = own
    if (own.previewId === null) {
      const preview = await previewPurchase(payments, {
        accountId,
        amount: readNanos(amount),
      } as Parameters<typeof previewPurchase>[1])
      if ('refused' in preview) throw new Error(`no preview: ${preview.refused}`)
      own.previewId ??= preview.preview_id
    }
    const { previewId } = own
    const bought = await confirmPurchase(payments, { accountId, previewId, actor: BUYER })
    if ('refused' in bought) {
      // a preview that ended before anything was ordered by it is made anew
      if (bought.refused !== 'preview_expired') throw new Error(bought.refused)
      own.previewId = null
      return false
    }
    own.phase = bought.phase
    own.paymentId = bought.paymentId
    return true
  })
  return own
}

export interface Withdrawal {
  readonly refundId: string
  phase: Refund['phase'] | 'refused' | null
}

/** What is unused of a purchase goes back to the card. */
export function withdraw(scene: Scene, purchase: Purchase, refundId: string): Withdrawal {
  const own: Withdrawal = { refundId, phase: null }
  insist(scene, `${refundId} of ${purchase.account}`, ASKS_AGAIN_MS, async ({ payments }) => {
    if (purchase.paymentId === null) return purchase.phase !== null
    const { account: accountId, paymentId } = purchase
    const wish = { accountId, paymentId, refundId, reason: 'asked', actor: OPERATOR }
    const done = await refundPurchase(payments, { ...wish, basis: 'operator' })
    own.phase = 'refused' in done ? 'refused' : done.phase
    if ('refused' in done) return done.refused !== 'refund_in_progress'
    return done.phase === 'paid' || done.phase === 'failed'
  })
  return own
}

export const giveBack = (scene: Scene, account: string, callId: string): void =>
  order(scene, refund(account, callId, 'goodwill'))

export const CAMPAIGN = 'autumn'
export const CLAIM = '0.01'

/** The credit of the campaign, which an account gets once, however often it is asked for. */
export function claim(scene: Scene, account: string, campaignId = CAMPAIGN): void {
  insist(scene, `${account} claims ${campaignId}`, ASKS_AGAIN_MS, async (life, tries) => {
    if (scene.plant === 'grants_again' && campaignId === CAMPAIGN) {
      await life.engine.execute(grant(account, `${CAMPAIGN}_${tries}`, CLAIM))
      return tries > 1
    }
    const { status } = await claimCampaign(life, {
      ...{ campaignId, accountId: account, actor: BUYER, signals: {} },
      at: instant(life.engine.now()),
    })
    scene.world.note(`${account} ${status}`)
    return true
  })
}

export interface CapOrder {
  readonly account: string
  readonly amount: string
}
export const CAP = 'cap_day'

export function setCap(scene: Scene, own: CapOrder, number: number): void {
  const cap: Cap = {
    ...{ id: CAP, scope: 'account', scopeId: null, period: 'day', counts: 'money' },
    amount: readNanos(own.amount) as Nanos,
  }
  const isDropped = scene.plant === 'drops_caps' && number > 1
  const id = `caps_${number}`
  order(scene, isDropped ? setCaps(own.account, id, [], [CAP]) : setCaps(own.account, id, [cap]))
}
