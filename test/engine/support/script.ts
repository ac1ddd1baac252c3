import { createHash } from 'node:crypto'
import type { Command, Result } from '../../../src/core/decisions/index.ts'
import type { Engine } from '../../../src/engine/index.ts'
import { authorize, settle } from '../support.ts'
import { record, refund, release } from './commands.ts'

export const HOT = 'hot'
export const OTHERS = Array.from({ length: 20 }, (_, index) => `a${index + 10}`)
export const MEMBERS = ['m0', 'm1', 'm2']

/** What a process was told: kept to be compared with the journal afterwards. */
export interface Acknowledged {
  readonly node: string
  readonly kind: Command['kind']
  readonly accountId: string
  readonly requestId: string
  readonly callId: string
  readonly replayed: boolean
  readonly result: Result
}

/** A number from 0 to `below` - 1 that depends on nothing but the text. */
export const pick = (text: string, below: number): number =>
  createHash('sha256').update(text).digest().readUInt32BE(0) % below

export interface Call {
  readonly accountId: string
  readonly callId: string
}

/** Half of the calls have an id that the other process uses as well. */
export function callsOf(node: string, count: number): Call[] {
  return Array.from({ length: count }, (_, index) => {
    const owner = index % 2 === 0 ? 'both' : node
    const name = `${owner}-${index}`
    const accountId = pick(name, 2) === 0 ? HOT : OTHERS[pick(`${name}?`, OTHERS.length)]!
    return { accountId, callId: `call_${name}` }
  })
}

/**
 * Everything that one process asks for a call. What a call is depends on its id alone, so that both
 * processes ask the same of a call they share, except that one may record what the other authorizes.
 */
export function* commandsOf(call: Call, node: string, now: number): Generator<Command> {
  const { accountId, callId } = call
  const kind = pick(`${callId} kind`, 20)
  const details = {
    memberId: MEMBERS[pick(`${callId} member`, MEMBERS.length)]!,
    sessionId: `s${pick(`${callId} session`, 4)}`,
  }
  const [input, output] = [1 + pick(`${callId} in`, 1_000), pick(`${callId} out`, 1_000)]
  const recorded = kind < 2 || (kind === 2 && node === 'one')
  if (recorded) {
    yield record(accountId, callId, now, { input, output, call: details })
    return
  }
  const asked = authorize(accountId, callId)
  yield { ...asked, call: { ...asked.call, ...details } }
  if (kind < 5) yield release(accountId, callId)
  else if (kind < 19) yield settle(accountId, callId, input, output)
  if (kind > 14 && kind < 19) yield refund(accountId, callId)
}

/** Runs a process's calls, some at once; every answer is handed out as it comes. */
export async function runScript(
  engine: Engine,
  node: string,
  options: { count: number; atOnce: number; now: number; onAnswer: (own: Acknowledged) => void },
): Promise<void> {
  const calls = callsOf(node, options.count)
  const worker = async () => {
    for (let call = calls.shift(); call; call = calls.shift())
      for (const command of commandsOf(call, node, options.now)) {
        const { result, replayed } = await engine.execute(command)
        const { kind, accountId, requestId } = command
        options.onAnswer({
          node,
          kind,
          accountId,
          requestId,
          callId: call.callId,
          replayed,
          result,
        })
      }
  }
  await Promise.all(Array.from({ length: options.atOnce }, worker))
}
