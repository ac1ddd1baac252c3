import type { Command, Result } from '../../../src/core/decisions/index.ts'
import type { Engine } from '../../../src/engine/index.ts'
import {
  cap,
  changePlan,
  grant,
  record,
  refund,
  release,
  reverse,
  setCaps,
} from '../../engine/support/commands.ts'
import { pick } from '../../engine/support/script.ts'
import { authorize, settle, topUp } from '../../engine/support.ts'

/** What a client has asked and was told, and when by the clock that all processes of a machine share. */
export interface Answered {
  readonly client: string
  readonly command: Command
  readonly askedNs: bigint
  readonly answeredNs: bigint
  /** By the clock on the wall, which is the database's as well. */
  readonly askedMs: number
  readonly answeredMs: number
  readonly result: Result
  readonly replayed: boolean
}

export const ACCOUNTS = ['hot', 'warm', 'a1', 'a2', 'a3', 'a4'] as const
const MEMBERS = ['m0', 'm1', 'm2']
const PLANS = ['payg@1', 'pro@1']
/** Calls that several clients make under one id. */
const SHARED_CALLS = 12
/** Some credit ends while the clients are at work. */
const ENDS_MS = 4_000

/** Two accounts get most of the traffic: there the clients meet. */
function accountOf(text: string): string {
  const one = pick(`${text} account`, 10)
  return one < 4 ? 'hot' : one < 6 ? 'warm' : (ACCOUNTS[2 + (one - 6)] as string)
}

/** Everything that one client does, one after another: a seed and a name give the same wishes again. */
export function* wishesOf(seed: string, client: string, count: number): Generator<Wish> {
  for (let index = 0; index < count; index += 1) {
    const shared = pick(`${seed} ${client} ${index} shared`, 3) === 0
    const place = index - (index % SHARED_CALLS) + pick(`${seed} ${client} ${index}`, SHARED_CALLS)
    const name = shared ? `s${place}` : `${client}_${index}`
    yield { name, text: `${seed} ${name}`, account: accountOf(`${seed} ${name}`) }
  }
}

interface Wish {
  readonly name: string
  readonly text: string
  readonly account: string
}

/** What is asked depends on the wish alone, so that clients that share one ask the same. */
function* commandsOf({ name, text, account }: Wish, now: number): Generator<Command> {
  const kind = pick(`${text} kind`, 100)
  if (kind < 62) yield* callOf({ name, text, account }, now)
  else if (kind < 70) yield record(account, `r_${name}`, now, tokensOf(text))
  else if (kind < 76) yield topUp(account, `0.0${1 + pick(text, 9)}`, name)
  else if (kind < 83) yield granted(account, name, { text, now })
  else if (kind < 92) yield capped(account, name, text)
  else if (kind < 95) yield changePlan(account, PLANS[pick(text, 2)] as string, `plan_${name}`)
  else yield reverse(account, 1 + pick(text, 60))
}

const tokensOf = (text: string) => ({
  input: 1 + pick(`${text} in`, 1_000),
  output: pick(`${text} out`, 1_000),
  call: { memberId: MEMBERS[pick(`${text} member`, 3)] as string },
})

function granted(account: string, name: string, own: { text: string; now: number }): Command {
  const ends = pick(`${own.text} ends`, 3) > 0
  const until = own.now + pick(`${own.text} until`, ENDS_MS)
  return grant(account, name, `0.0${1 + pick(own.text, 9)}`, ends ? until : null)
}

function capped(account: string, name: string, text: string): Command {
  const amount = `0.${1 + pick(`${text} cap`, 9)}`
  const member = MEMBERS[pick(`${text} member`, 3)] as string
  const caps =
    pick(`${text} scope`, 2) === 0
      ? [cap('whole', 'account', null, `${1 + pick(text, 3)}`, 'day')]
      : [cap(`of_${member}`, 'member', member, amount, 'day')]
  const isGone = pick(`${text} gone`, 4) === 0
  return setCaps(
    account,
    `caps_${name}`,
    isGone ? [] : caps,
    isGone ? caps.map(({ id }) => id) : [],
  )
}

function* callOf({ name, text, account }: Wish, now: number): Generator<Command> {
  const callId = `c_${name}`
  const { input, output, call } = tokensOf(text)
  const asked = authorize(account, callId, { fit: pick(`${text} fit`, 2) ? 'clamp' : 'refuse' })
  yield { ...asked, call: { ...asked.call, ...call } }
  const end = pick(`${text} end`, 12)
  if (end < 2) yield release(account, callId)
  else if (end < 11) yield settle(account, callId, input, output)
  if (end > 7 && end < 11) yield refund(account, callId, 'goodwill')
  if (end === 11) yield record(account, callId, now, { input, output, call })
}

/** Asks and waits, one command after another, as a client does. */
export async function runClient(
  engine: Engine,
  own: {
    readonly seed: string
    readonly client: string
    readonly count: number
    /** The same for all clients. */
    readonly now: number
  },
  onAnswer: (answered: Answered) => void,
): Promise<void> {
  for (const wish of wishesOf(own.seed, own.client, own.count))
    for (const command of commandsOf(wish, own.now))
      onAnswer(await askedOf(engine, own.client, command))
}

export async function askedOf(engine: Engine, client: string, command: Command): Promise<Answered> {
  const [askedMs, askedNs] = [Date.now(), process.hrtime.bigint()]
  const { result, replayed } = await engine.execute(command)
  const [answeredNs, answeredMs] = [process.hrtime.bigint(), Date.now()]
  return { client, command, askedNs, answeredNs, askedMs, answeredMs, result, replayed }
}
