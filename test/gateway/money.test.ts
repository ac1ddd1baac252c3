import { describe, expect, it } from 'vitest'
import { message, sim } from './support/requests.ts'
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
})
