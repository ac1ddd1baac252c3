import type pg from 'pg'
import { Webhook } from 'standardwebhooks'
import type { Instant } from '../../../src/core/time/index.ts'
import { pause, type Timers } from '../../../src/engine/timers.ts'
import type { HttpPost } from '../../../src/notify/http-post.ts'
import { Notifier } from '../../../src/notify/index.ts'
import type { Outcome } from '../../../src/store/notifications/deliveries.ts'
import { sealSecret } from '../../../src/store/notifications/endpoint-secrets.ts'
import { addEndpoint, changeEndpoint } from '../../../src/store/notifications/endpoints.ts'
import { SecretBox } from '../../../src/store/secret-box.ts'
import type { Scene } from './calls.ts'
import type { Life, SimulatedNode } from './node.ts'
import type { World } from './world.ts'

const DAY_MS = 86_400_000
const LOOK_EVERY_MS = DAY_MS / 2
const ATTEMPT_MS = 10_000
const DISABLE_AFTER_MS = 5 * DAY_MS
const BOX = new SecretBox([Buffer.alloc(32, 7)])

/** What a webhook has had: every copy. */
export interface Letter {
  readonly address: string
  readonly id: string
  readonly body: string
  readonly isSigned: boolean
}

interface Endpoint {
  readonly accountId: string
  readonly endpointId: string
  readonly address: string
  readonly secret: string
}

/** The webhooks of the accounts, and who has looked for something to tell, when. */
export class Post {
  readonly letters: Letter[] = []
  readonly endpoints: Endpoint[] = []
  /** Rounds of looking that had an end. */
  readonly looksMs: number[] = []

  take(address: string, body: string, headers: Readonly<Record<string, string>>): void {
    const endpoint = this.endpoints.find((own) => own.address === address)
    if (!endpoint) throw new Error(`nobody is at ${address}`)
    const { 'webhook-id': id = '', 'webhook-timestamp': at = '' } = headers
    const signature = new Webhook(endpoint.secret).sign(id, new Date(Number(at) * 1_000), body)
    this.letters.push({ address, id, body, isSigned: headers['webhook-signature'] === signature })
  }
}

/** Each has a webhook; who is told in two languages has two. */
export async function addWebhooks(
  { post, world }: Scene,
  pool: pg.Pool,
  accountIds: readonly string[],
): Promise<void> {
  const wanted = accountIds.flatMap((accountId, index) =>
    index === 0
      ? [
          { accountId, locale: 'en' as const },
          { accountId, locale: 'ja' as const },
        ]
      : [{ accountId, locale: 'en' as const }],
  )
  for (const [index, { accountId, locale }] of wanted.entries()) {
    const endpointId = `hook_${index}`
    const address = `https://${endpointId}.example.com/`
    const secret = `whsec_${Buffer.alloc(32, index).toString('base64')}`
    await addEndpoint(pool, {
      ...{ accountId, endpointId, name: endpointId, locale, channel: 'webhook', kinds: null },
      ...{ target: address, sealed: sealSecret(BOX, { accountId, endpointId }, secret) },
      ...{ timeZone: 'UTC', status: 'enabled', failingSince: null },
      createdAt: world.nowMs as Instant,
    })
    post.endpoints.push({ accountId, endpointId, address, secret })
  }
}

interface Sender {
  readonly world: World
  readonly post: Post
  readonly pool: pg.Pool
  readonly timers: Timers
  readonly life: { readonly dead: boolean }
  readonly nowMs: () => number
}

/** Of one life of a server: its webhooks lie behind a network of their own. */
export const notifierOf = ({ world, post, pool, timers, life, nowMs }: Sender): Notifier =>
  new Notifier({
    ...{ pool, box: BOX, smtp: null, nowMs },
    addresses: { allowPrivate: false },
    timeoutMs: ATTEMPT_MS,
    disableAfterMs: DISABLE_AFTER_MS,
    elapsedMs: () => world.nowMs,
    http: webhooks({ world, post, timers, life }),
  })

function webhooks(own: Pick<Sender, 'world' | 'post' | 'timers' | 'life'>): HttpLike {
  const { world, post, timers, life } = own
  const failed = (outcome: Outcome['outcome'], status: number | null = null): Outcome => ({
    ...{ outcome, status, detail: null },
  })
  return {
    post: async (address, { body, headers }) => {
      if (life.dead) throw new Error('it does not answer: it is dead')
      world.note(`to ${address}: ${headers['webhook-id']}`)
      if (world.fault('webhook_not_reached', 0.15)) return failed('unreachable')
      if (world.fault('webhook_answers_error', 0.1)) return failed('answered_with_error', 503)
      post.take(address, body, headers)
      if (world.fault('webhook_late', 0.1)) await pause(timers, 1 + world.random.below(ATTEMPT_MS))
      if (world.fault('webhook_answer_lost', 0.1)) return failed('timed_out')
      return failed('delivered', 200)
    },
    close: async () => {},
  }
}

type HttpLike = Pick<HttpPost, 'post' | 'close'>

/** Looks for what there is to tell, and sends what is due; between the rounds of all jobs, too. */
export async function lookOut(scene: Scene, node: SimulatedNode): Promise<void> {
  const { world, plant, post } = scene
  world.note(`${node.name} looks out`)
  const hasLooked = await node.attempt(async ({ watch, engine }) => {
    if (plant !== 'tells_nobody') await watch.round(engine.now())
  })
  if (hasLooked) post.looksMs.push(world.nowMs)
  if (plant === 'sends_nothing') return
  await node.attempt(async ({ notifier, engine }: Life) => {
    while ((await notifier.deliverDue(engine.now())) > 0);
  })
}

export function scheduleLooks(scene: Scene, untilMs: number): void {
  const { world, nodes } = scene
  for (let ms = LOOK_EVERY_MS; world.nowMs + ms < untilMs; ms += LOOK_EVERY_MS)
    world.after(ms, 'time to look out', () => lookOut(scene, world.random.pick(nodes)))
}

/** Their owners have mended what was silent for too long. */
export async function takeUpAgain({ post, world }: Scene, pool: pg.Pool): Promise<void> {
  for (const { accountId, endpointId } of post.endpoints)
    await changeEndpoint(pool, {
      ...{ accountId, endpointId, status: 'enabled' },
      at: world.nowMs as Instant,
    })
}
