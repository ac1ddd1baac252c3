import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, test } from 'vitest'
import { send, sim } from '../../gateway/support/requests.ts'
import { closeServer, eventually, listen, useRig } from '../../gateway/support/rig.ts'
import { DELTA, deltasIn, endAfter, START } from './long-stream.ts'

/*
 * A stream that goes on for an hour: its hold is lengthened for as long as it does, and what was delivered is
 * charged. In short the life of a hold is short, so that there are as many lengthenings as an hour has; in
 * full the hour is an hour (PROOF_STREAM_MINUTES).
 */

const IS_FULL = process.env.PROOF === 'full'
const MINUTE_MS = 60_000
const LONG_MS = IS_FULL ? Number(process.env.PROOF_STREAM_MINUTES ?? 60) * MINUTE_MS : 9_000
/** Looked at twelve times in its life and lengthened once a third of it is gone: twelve times to fifteen. */
const HOLD_MS = LONG_MS / 5
const EXTENDS = 10
const EVENTS = 300
/** A provider is given up that says nothing for the time of several events. */
const SILENCE_MS = Math.max(3_000, (4 * LONG_MS) / EVENTS)
const TEST_MS = LONG_MS + SILENCE_MS + 60_000

const END = endAfter(EVENTS)

/** Asks the provider to say nothing more after a half. */
const HALF = sim({ half: 1 })
async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const isHalf = req.headers['x-sim-half'] !== undefined
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.write(START)
  for (let sent = 0; sent < EVENTS && !res.destroyed; sent += 1) {
    if (isHalf && sent > EVENTS / 2) return
    res.write(DELTA)
    await sleep(LONG_MS / EVENTS)
  }
  res.end(END)
}
const provider = createServer((req, res) => {
  req.resume()
  req.on('end', () => void answer(req, res))
})
const providerUrl = await listen(provider)

const extended = new Map<string, number>()
const lengthenings = (accountId: string): number => extended.get(accountId) ?? 0
const rig = useRig({
  upstreamUrl: () => providerUrl,
  policy: { holdTtlMs: HOLD_MS, drainMs: 200, upstreamTimeoutMs: SILENCE_MS },
  deps: (deps) => ({
    ...deps,
    engine: {
      execute: (command) => {
        const { accountId, kind } = command
        if (kind === 'extend') extended.set(accountId, lengthenings(accountId) + 1)
        return deps.engine.execute(command)
      },
    },
  }),
})
const facts: Record<string, number> = {}
const count = (what: string, often: number): void => {
  facts[what] = (facts[what] ?? 0) + often
}
afterAll(async () => {
  console.log(`proof long streams ${JSON.stringify(facts)}`)
  await closeServer(provider)
})

/** The only end of the only call of an account, once no hold is left. */
const endOf = (accountId: string) =>
  eventually(async () => {
    const entries = await rig.entries(accountId)
    if (entries.length === 0 || (await rig.openHolds(accountId)) > 0) return false
    if (entries.length > 1) throw new Error(`${entries.length} ends of one call`)
    count('streams', 1)
    count('lengthenings', lengthenings(accountId))
    return entries[0]!
  })

test.concurrent(
  'to its end: lengthened as often as an hour has it, charged once, as the provider says',
  async ({ expect }) => {
    const account = await rig.account()
    const sent = await send(rig, account, { surface: 'anthropic', stream: true })
    expect(deltasIn(await sent.text())).toBe(EVENTS)
    const entry = await endOf(account.accountId)
    expect(lengthenings(account.accountId)).toBeGreaterThanOrEqual(EXTENDS)
    expect(entry).toMatchObject({
      ...{ kind: 'settle', outcome: { code: 'succeeded' } },
      usage: { tokens: { input: 10, output: EVENTS } },
    })
  },
  TEST_MS,
)

test.concurrent(
  'whose client leaves in the middle: what was delivered, and the input once',
  async ({ expect }) => {
    const account = await rig.account()
    const controller = new AbortController()
    const { signal } = controller
    const sent = await send(rig, account, { surface: 'anthropic', stream: true, signal })
    const reader = sent.body!.getReader()
    let text = ''
    while (deltasIn(text) < EVENTS / 2)
      text += new TextDecoder().decode((await reader.read()).value)
    const had = deltasIn(text)
    controller.abort()
    const entry = await endOf(account.accountId)
    expect(lengthenings(account.accountId)).toBeGreaterThanOrEqual(4)
    expect(entry).toMatchObject({
      ...{ kind: 'settle', outcome: { code: 'client_aborted', customer_pays: 'delivered' } },
      usage: { tokens: { input: 10 } },
    })
    // what was on its way as it left counts too, and is a few words
    expect(entry.usage!.tokens.output).toBeGreaterThanOrEqual(had)
    expect(entry.usage!.tokens.output).toBeLessThan(had + EVENTS / 10)
  },
  TEST_MS,
)

test.concurrent(
  'whose provider says nothing more in the middle: nothing is paid, no hold is left',
  async ({ expect }) => {
    const account = await rig.account()
    const sent = await send(rig, account, { surface: 'anthropic', stream: true, ...HALF })
    await expect(sent.text()).rejects.toThrow()
    const entry = await endOf(account.accountId)
    expect(lengthenings(account.accountId)).toBeGreaterThanOrEqual(4)
    expect(entry).toMatchObject({
      outcome: { code: 'upstream_failed_mid_stream', customer_pays: 'nothing' },
    })
  },
  TEST_MS,
)
