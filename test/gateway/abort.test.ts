import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { message, SURFACES, type SurfaceName, send, sim } from './support/requests.ts'
import { type Account, entriesWhen, eventually, useRig } from './support/rig.ts'

const rig = useRig({ policy: { drainMs: 1_500 } })

beforeEach(() => rig.upstream.reset())

/** Reads a stream until so much of it has come, then hangs up. */
async function hangUp(account: Account, surface: SurfaceName, wanted: Record<string, string>) {
  const controller = new AbortController()
  const answer = await send(rig, account, {
    surface,
    stream: true,
    headers: wanted,
    signal: controller.signal,
  })
  const reader = answer.body!.getReader()
  let text = ''
  while (!/delta.*(delta.*){4}/s.test(text)) {
    const { value, done } = await reader.read()
    if (done) break
    text += new TextDecoder().decode(value)
  }
  controller.abort()
}

test.each(SURFACES)('%s: a client that hangs up pays for what it got', async (surface) => {
  const account = await rig.account()
  const wanted = { 'x-sim-output-tokens': '200', 'x-sim-chunk-delay-ms': '20' }
  await hangUp(account, surface, wanted)
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({ kind: 'settle', outcome: { code: 'client_aborted' } })
  const { output, input } = entry!.usage!.tokens
  expect(input).toBeGreaterThan(5)
  // five or so chunks of eight tokens had come, of two hundred tokens
  expect(output).toBeGreaterThan(7)
  expect(output).toBeLessThan(150)
  expect(entry!.usage!.estimated).toEqual(['output'])
  // the provider was read to its end, so that its cost is known
  expect(JSON.stringify(entry!.evidence!.provider_usage)).toContain('200')
  expect(rig.upstream.bill().lines).toMatchObject([{ outcome: 'succeeded', billed: true }])
})

test('an official client that breaks out of its stream pays for what it got', async () => {
  const account = await rig.account()
  const wanted = sim({ 'output-tokens': 200, 'chunk-delay-ms': 20 })
  const stream = await account.anthropic.messages.create({ ...message, stream: true }, wanted)
  let deltas = 0
  for await (const event of stream) {
    if (event.type === 'content_block_delta') deltas += 1
    if (deltas === 5) break
  }
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({ outcome: { code: 'client_aborted' } })
  expect(entry!.usage!.tokens.output).toBeGreaterThanOrEqual(5 * 8 - 1)
  expect(entry!.usage!.tokens.output).toBeLessThan(120)
})

test('a provider that goes on too long is cut off, and only what was delivered is billed', async () => {
  const account = await rig.account()
  const wanted = { 'x-sim-output-tokens': '900', 'x-sim-chunk-delay-ms': '40' }
  await hangUp(account, 'anthropic', wanted)
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({
    outcome: { code: 'client_aborted' },
    evidence: { upstream_error: { kind: 'bounded' } },
  })
  expect(rig.events).toContain('drain_bounded')
  await eventually(async () => rig.upstream.bill().lines.length > 0)
  expect(rig.upstream.bill().lines).toMatchObject([{ outcome: 'client_aborted' }])
})

test.each([true, false])('nothing delivered, nothing charged (stream %s)', async (stream) => {
  const account = await rig.account()
  const controller = new AbortController()
  const headers = { 'x-sim-first-byte-ms': '400', 'x-sim-output-tokens': '30' }
  const asked = send(rig, account, {
    surface: 'anthropic',
    stream,
    headers,
    signal: controller.signal,
  })
  setTimeout(() => controller.abort(), 150)
  await expect(asked).rejects.toThrow()
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({
    kind: 'release',
    outcome: { code: 'client_aborted_before_output' },
    totals: { total: '0' },
  })
  expect(entry!.evidence!.provider_usage).toMatchObject({ output_tokens: 30 })
})

test('a client that leaves with the last event in its hands has had it all', async () => {
  const account = await rig.account()
  const controller = new AbortController()
  const headers = { 'x-sim-output-tokens': '40' }
  const { signal } = controller
  const answer = await send(rig, account, { surface: 'anthropic', stream: true, headers, signal })
  const reader = answer.body!.getReader()
  let text = ''
  while (!text.includes('message_stop')) {
    const { value } = await reader.read()
    text += new TextDecoder().decode(value)
  }
  controller.abort()
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({ outcome: { code: 'succeeded' } })
})

test('a slow reader holds the provider back, and the gateway keeps little', async () => {
  const account = await rig.account()
  const headers = { 'x-sim-output-tokens': '10000000', 'x-sim-chunk-tokens': '4000' }
  const body = { ...message, max_tokens: 10_000_000, stream: true }
  const before = process.memoryUsage().rss
  const answer = await send(rig, account, { surface: 'anthropic', body, headers })
  const reader = answer.body!.getReader()
  await reader.read()
  await sleep(700)
  const grown = process.memoryUsage().rss - before
  const generated = rig.upstream.stats().generated_tokens
  // forty megabytes were asked for; what is on its way is what sockets and buffers hold
  expect(grown).toBeLessThan(60 * 1024 * 1024)
  expect(generated).toBe(0)
  let bytes = 0
  for (;;) {
    const { value, done } = await reader.read()
    if (done) break
    bytes += value.length
  }
  expect(bytes).toBeGreaterThan(40_000_000)
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry).toMatchObject({ outcome: { code: 'succeeded' } })
})
