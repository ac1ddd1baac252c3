import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Command } from '../../../src/core/decisions/index.ts'
import { send } from '../../gateway/support/requests.ts'
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
const TEST_MS = LONG_MS + 60_000

const END = endAfter(EVENTS)

/** `whole` to the end; else the provider says nothing more after a half. */
let isWhole = true
async function answer(res: ServerResponse): Promise<void> {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.write(START)
  for (let sent = 0; sent < EVENTS && !res.destroyed; sent += 1) {
    if (!isWhole && sent > EVENTS / 2) return
    res.write(DELTA)
    await sleep(LONG_MS / EVENTS)
  }
  res.end(END)
}
const provider = createServer((req, res) => {
  req.resume()
  req.on('end', () => void answer(res))
})
const providerUrl = await listen(provider)

let extended: Command[] = []
const rig = useRig({
  upstreamUrl: () => providerUrl,
  policy: { holdTtlMs: HOLD_MS, drainMs: 200, upstreamTimeoutMs: 3_000 },
  deps: (deps) => ({
    ...deps,
    engine: {
      execute: (command) => {
        if (command.kind === 'extend') extended.push(command)
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
beforeEach(() => {
  isWhole = true
  extended = []
})

/** The only end of the only call of an account, once no hold is left. */
const endOf = (accountId: string) =>
  eventually(async () => {
    const entries = await rig.entries(accountId)
    if (entries.length === 0 || (await rig.openHolds(accountId)) > 0) return false
    expect(entries).toHaveLength(1)
    count('streams', 1)
    count('lengthenings', extended.length)
    return entries[0]!
  })

test(
  'to its end: lengthened as often as an hour has it, charged once, as the provider says',
  async () => {
    const account = await rig.account()
    const sent = await send(rig, account, { surface: 'anthropic', stream: true })
    expect(deltasIn(await sent.text())).toBe(EVENTS)
    const entry = await endOf(account.accountId)
    expect(extended.length).toBeGreaterThanOrEqual(EXTENDS)
    expect(entry).toMatchObject({
      ...{ kind: 'settle', outcome: { code: 'succeeded' } },
      usage: { tokens: { input: 10, output: EVENTS } },
    })
  },
  TEST_MS,
)

test(
  'whose client leaves in the middle: what was delivered, and the input once',
  async () => {
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
    expect(extended.length).toBeGreaterThanOrEqual(4)
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

test(
  'whose provider says nothing more in the middle: nothing is paid, no hold is left',
  async () => {
    isWhole = false
    const account = await rig.account()
    const sent = await send(rig, account, { surface: 'anthropic', stream: true })
    await expect(sent.text()).rejects.toThrow()
    const entry = await endOf(account.accountId)
    expect(extended.length).toBeGreaterThanOrEqual(4)
    expect(entry).toMatchObject({
      outcome: { code: 'upstream_failed_mid_stream', customer_pays: 'nothing' },
    })
  },
  TEST_MS,
)
