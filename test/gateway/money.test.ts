import { type IncomingMessage, request } from 'node:http'
import { describe, expect, it } from 'vitest'
import {
  authOf,
  BODIES,
  message,
  PATHS,
  SURFACES,
  type SurfaceName,
  sim,
} from './support/requests.ts'
import { entriesWhen, useRig } from './support/rig.ts'

const rig = useRig()

describe('money of a call', () => {
  it('is on the headers of an answer in one piece, and in the journal', async () => {
    const account = await rig.account()
    const { data, response } = await account.anthropic.messages
      .create(message, sim({ 'output-tokens': 100 }))
      .withResponse()
    expect(data.usage).toMatchObject({ input_tokens: 9, output_tokens: 100 })
    // 9 × $1 + 100 × $10, a million
    expect(response.headers.get('everycent-cost')).toBe('0.001009')
    expect(response.headers.get('everycent-funding')).toBe('included=0;promotional=0;paid=0.001009')
    expect(response.headers.get('everycent-balance')).toBe(
      'included=0;promotional=0;paid=99.998991',
    )
    expect(response.headers.get('everycent-receipt')).toMatch(/^rcpt_/)
    const [entry] = await rig.entries(account.accountId)
    expect(entry).toMatchObject({
      kind: 'settle',
      outcome: { code: 'succeeded' },
      totals: { total: '0.001009', money: '0.001009', included: '0', absorbed: '0' },
      evidence: { upstream_status: 200, stream: false, stop_reason: 'end_turn' },
    })
  })

  it('of a stream is posted when it ends, and sent as trailers', async () => {
    const account = await rig.account()
    const stream = account.openai.chat.completions.stream(
      { model: 'gpt-5.5', messages: message.messages as never },
      sim({ 'output-tokens': 50 }),
    )
    await stream.done()
    const [entry] = await entriesWhen(rig, account.accountId)
    expect(entry).toMatchObject({ outcome: { code: 'succeeded' }, totals: { total: '0.000509' } })
  })

  it('that is not known yet is no cost of 0', async () => {
    const account = await rig.account()
    const unpriced = { ...message, model: 'claude-sonnet-6' }
    const { response } = await account.anthropic.messages.create(unpriced).withResponse()
    expect(response.headers.get('everycent-pending')).toBe('unpriced')
    expect(response.headers.get('everycent-cost')).toBeNull()
    expect(response.headers.get('everycent-funding')).toBeNull()
    const [entry] = await rig.entries(account.accountId)
    expect(entry).toMatchObject({ kind: 'settle', pending: 'unpriced', totals: { money: '0' } })
  })
})

describe.each(SURFACES)('trailers of a stream of %s', (surface) => {
  it('say the cost of a call with a price', async () => {
    const { headers, trailers } = await streamed(surface, BODIES[surface])
    expect(headers.trailer).toContain('everycent-pending')
    expect(Number(trailers['everycent-cost'])).toBeGreaterThan(0)
    expect(trailers['everycent-pending']).toBeUndefined()
  })

  it('say what a call without a price waits for, and no cost', async () => {
    const { trailers } = await streamed(surface, { ...BODIES[surface], model: 'brand-new-model' })
    expect(trailers).toEqual({ 'everycent-pending': 'unpriced' })
  })

  it('say that usage is missing, and no cost', async () => {
    const { trailers } = await streamed(surface, BODIES[surface], 'usage_missing')
    expect(trailers).toEqual({ 'everycent-pending': 'usage_missing' })
  })
})

/** A whole streamed answer with its trailers, which `fetch` does not show. */
async function streamed(
  surface: SurfaceName,
  body: object,
  fault?: string,
): Promise<IncomingMessage> {
  const account = await rig.account()
  return new Promise((resolve, reject) => {
    const sent = request(rig.url + PATHS[surface], {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...authOf(surface, account.secret),
        ...(fault !== undefined && { 'x-sim-fault': fault }),
      },
    })
    sent.once('error', reject)
    sent.once('response', (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer))
    })
    sent.end(JSON.stringify({ ...body, stream: true }))
  })
}
