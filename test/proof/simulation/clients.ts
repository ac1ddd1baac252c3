import type { Result } from '../../../src/core/decisions/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import type { Payment } from '../../../src/payments/order.ts'
import { confirmPurchase, previewPurchase } from '../../../src/payments/purchase.ts'
import { authorize, settle } from '../../engine/support.ts'
import type { SimulatedNode } from './node.ts'
import { endOf, type UpstreamKind, upstreamKind } from './upstream.ts'
import type { Plant, World } from './world.ts'

const ASKS_AGAIN_MS = 20_000
const HOLD_MS = 60_000
const ACTOR = { type: 'member', id: 'buyer' } as const

export interface Scene {
  readonly seed: number
  readonly world: World
  readonly nodes: readonly SimulatedNode[]
  readonly plant: Plant | null
}

/** A call that somebody wants, until there is an answer. */
export interface Call {
  readonly account: string
  readonly callId: string
  readonly kind: UpstreamKind
  /** Every answer that arrived: all of them have to be the same. */
  readonly answers: string[]
  tries: number
}

export interface Purchase {
  readonly account: string
  readonly amount: string
  previewId: string | null
  phase: Payment['phase'] | null
}

/** Bytes that a client sees of a result. */
const seen = (result: Result): string =>
  JSON.stringify('entry' in result ? [result.status, result.entry] : result.status)

export function startCall(scene: Scene, account: string, number: number): Call {
  const kind = upstreamKind(scene.seed, number)
  const call: Call = { account, callId: `call_${number}`, kind, answers: [], tries: 0 }
  askFor(scene, call)
  return call
}

/** Sends the call, and again to whichever node while there is no answer. */
function askFor(scene: Scene, call: Call): void {
  if (call.answers.length > 0) return
  const { world } = scene
  call.tries += 1
  const isNew = scene.plant === 'new_id_on_retry' && call.tries > 1
  const callId = isNew ? `${call.callId}_again${call.tries}` : call.callId
  const node = world.random.pick(scene.nodes)
  world.send(`${call.callId} arrives at ${node.name}`, () => admit(scene, node, call, callId))
  world.after(ASKS_AGAIN_MS, `${call.callId} is waited for`, async () => askFor(scene, call))
}

async function admit(scene: Scene, node: SimulatedNode, call: Call, callId: string): Promise<void> {
  const { world } = scene
  const { lives } = node
  let status = ''
  const isDone = await node.attempt(async ({ engine }) => {
    const { result } = await engine.execute(authorize(call.account, callId, { ttlMs: HOLD_MS }))
    status = result.status
    world.note(`${callId} ${status}`)
    if (status === 'refused') answer(scene, call, seen(result))
  })
  if (!isDone || status !== 'admitted') return
  const late = world.fault('upstream_late', 0.1) ? 120_000 : 3_000
  world.after(1 + world.random.below(late), `upstream ends ${callId} ${call.kind}`, async () => {
    // who has asked is dead: nobody hears the answer
    if (node.lives === lives) await end(scene, node, call, callId)
  })
}

async function end(scene: Scene, node: SimulatedNode, call: Call, callId: string): Promise<void> {
  const isWrong = scene.plant === 'charges_failed' && call.kind === 'fails_before'
  const command = isWrong ? settle(call.account, callId) : endOf(call.kind, call.account, callId)
  if (scene.world.hasFaults && call.kind !== 'whole' && call.tries === 1)
    scene.world.count(`upstream_${call.kind}`)
  await node.attempt(async ({ engine }) => {
    const { result } = await engine.execute(command)
    scene.world.note(`${callId} ${result.status}`)
    answer(scene, call, seen(result))
  })
}

const answer = ({ world }: Scene, call: Call, text: string): void =>
  world.send(`answer of ${call.callId}`, async () => {
    call.answers.push(text)
  })

export function startPurchase(scene: Scene, account: string, amount: string): Purchase {
  const purchase: Purchase = { account, amount, previewId: null, phase: null }
  buy(scene, purchase)
  return purchase
}

function buy(scene: Scene, purchase: Purchase): void {
  const { world } = scene
  if (purchase.phase !== null) return
  const node = world.random.pick(scene.nodes)
  world.send(`${purchase.account} buys at ${node.name}`, async () => {
    await node.attempt(({ payments }) => confirm(payments, purchase))
  })
  world.after(ASKS_AGAIN_MS, `${purchase.account} waits`, async () => buy(scene, purchase))
}

async function confirm(
  deps: Parameters<typeof confirmPurchase>[0],
  purchase: Purchase,
): Promise<void> {
  const { account } = purchase
  if (purchase.previewId === null) {
    const wish = { accountId: account, amount: readNanos(purchase.amount) }
    const preview = await previewPurchase(deps, wish as Parameters<typeof previewPurchase>[1])
    if ('refused' in preview) throw new Error(`no preview: ${preview.refused}`)
    purchase.previewId = preview.preview_id
  }
  const { previewId } = purchase
  const bought = await confirmPurchase(deps, { accountId: account, previewId, actor: ACTOR })
  if ('refused' in bought) {
    // a preview that ended before anything was ordered by it is made anew
    if (bought.refused !== 'preview_expired') throw new Error(bought.refused)
    purchase.previewId = null
    return
  }
  purchase.phase = bought.phase
}
