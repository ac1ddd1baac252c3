import type { Post } from './alerts.ts'
import type { SimulatedNode } from './node.ts'
import { type Fate, fateOf, PIECES } from './provider.ts'
import { ask, type Heard } from './wire.ts'
import type { Plant, World } from './world.ts'

const ASKS_AGAIN_MS = 30_000
/** Then its client gives up. */
const TRIES_MAX = 5

export interface Scene {
  readonly seed: number
  readonly world: World
  readonly nodes: readonly SimulatedNode[]
  readonly plant: Plant | null
  readonly post: Post
}

/** A call that somebody wants, until there is an answer. */
export interface Call {
  readonly account: string
  readonly callId: string
  readonly fate: Fate
  tries: number
  isAnswered: boolean
  /** The most pieces of text that its client has had of one try. */
  pieces: number
  /** What it was told that the call has cost. */
  readonly costs: string[]
}

export function startCall(scene: Scene, account: string, number: number): Call {
  const fate = fateOf(scene.seed, number)
  const call = { account, callId: `call_${number}`, fate, tries: 0 }
  const own: Call = { ...call, isAnswered: false, pieces: 0, costs: [] }
  askFor(scene, own)
  return own
}

/** Sends the call, and again to whichever server while there is no answer. */
function askFor(scene: Scene, call: Call): void {
  if (call.isAnswered || call.tries === TRIES_MAX) return
  const { world, plant } = scene
  call.tries += 1
  const isNew = plant === 'new_id_on_retry' && call.tries > 1
  const callId = isNew ? `${call.callId}_again${call.tries}` : call.callId
  const node = world.random.pick(scene.nodes)
  world.send(`${call.callId} arrives at ${node.name}`, () => open(scene, { call, callId, node }))
  world.after(ASKS_AGAIN_MS * 4, `${call.callId} is waited for`, () => askFor(scene, call))
}

interface Try {
  readonly call: Call
  readonly callId: string
  readonly node: SimulatedNode
}

function open(scene: Scene, { call, callId, node }: Try): void {
  const { world } = scene
  const { life } = node
  if (!life) return
  const leavesAfter = call.fate === 'client_leaves' ? 1 + world.random.below(PIECES - 1) : null
  let isOver = false
  const leave = ask(life.server, {
    path: '/anthropic/v1/messages',
    headers: {
      'content-type': 'application/json',
      'x-api-key': call.account,
      'everycent-call-id': callId,
    },
    body: bodyOf(call),
    onNews: (heard) => {
      if (isOver) return
      const pieces = heard.text.split('text_delta').length - 1
      call.pieces = Math.max(call.pieces, pieces)
      if (leavesAfter !== null && pieces >= leavesAfter && heard.ended === 'open') {
        isOver = true
        call.isAnswered = true
        world.note(`${callId} leaves`)
        world.after(0, `${callId} is left`, () => leave())
      } else if (heard.ended !== 'open') {
        isOver = true
        heardOf(scene, call, heard)
      }
    },
  })
  // whoever has died says nothing more, and its connections break
  world.after(ASKS_AGAIN_MS * 3, `${callId} is given up at ${node.name}`, () => {
    if (!isOver && life.dead) leave()
  })
}

const bodyOf = ({ callId }: Call): string =>
  JSON.stringify({
    ...{ model: 'small', max_tokens: 400, stream: true, metadata: { user_id: callId } },
    messages: [{ role: 'user', content: 'word '.repeat(700) }],
  })

function heardOf(scene: Scene, call: Call, { status, ended, trailers, text }: Heard): void {
  scene.world.note(`${call.callId} hears ${status} ${ended}`)
  const cost = trailers['everycent-cost']
  if (cost !== undefined && trailers['everycent-replayed'] === undefined) call.costs.push(cost)
  const isPassing = status === 0 || status >= 500 || ended === 'broken' || text.includes('"error"')
  if (!isPassing) call.isAnswered = true
  else scene.world.after(ASKS_AGAIN_MS, `${call.callId} is wanted again`, () => askFor(scene, call))
}
