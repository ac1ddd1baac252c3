import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { createClient, type EverycentProblem } from '../../src/client/index.ts'
import { Secret } from '../../src/config.ts'
import { explainBlock, inUtc } from '../../src/contract/explain/index.ts'
import type { BlockCard } from '../../src/contract/receipt/index.ts'
import { run, temporaryFolder } from '../cli/support/run.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { type Mcp, startMcp } from './support.ts'

/** "Limit reached", asked of the gateway, the API, the command line and a tool while the clock stands. */
const AT = '2026-11-26T12:00:00.000Z'
let mcp: Mcp
beforeAll(async () => {
  const upstream = { baseUrl: 'http://127.0.0.1:9', apiKey: new Secret('sk-provider') }
  mcp = await startMcp({ clock: new SetClock(AT), upstreams: { anthropic: upstream } })
})
afterAll(() => mcp?.close())

const usage = { tokens: { input: 1_000_000 } }

/** Used so far that the next call is stopped. */
const LIMITS: Readonly<Record<string, (id: string) => Promise<string>>> = {
  window_exhausted: async (id) => {
    const key = await mcp.account(id)
    await used(key)
    return key
  },
  cap_reached: async (id) => {
    await mcp.account(id, { paid: '50' })
    const cap = { id: 'daily', scope: 'account', period: 'day', amount: '1' } as const
    await mcp.operator.accounts.setControls(id, { caps: [cap] })
    const bound = { name: 'third', client: 'third_party' }
    const { key } = await mcp.operator.keys.create(id, bound)
    await used(key)
    return key
  },
}

async function used(key: string): Promise<void> {
  const client = createClient({ baseUrl: mcp.server.url, token: key })
  await client.record({ call_id: 'call_first', model: 'small', event_at: AT, usage })
}

interface Said {
  readonly card: Omit<BlockCard, 'receipt_id' | 'seq'>
  readonly sentences: readonly string[]
}

/** Without the names of the call that was stopped: each asking is a call of its own. */
function said(card: BlockCard, sentences: readonly string[]): Said {
  const { receipt_id: _receipt, seq: _seq, ...rest } = card
  return { card: rest, sentences: sentences.filter((own) => !own.startsWith('Receipt: ')) }
}

describe.each(Object.keys(LIMITS))('%s', (code) => {
  test('is the same fact, in the same words, wherever it is asked for', async () => {
    const key = await LIMITS[code]!(`acct_${code}`)
    const stopped = await gateway(key)
    const MAX = 100
    // What the gateway counted as the most that the prompt can be: $1 a million in, $10 out.
    const prompt = Math.round(Number(stopped.needed) * 1_000_000) - 10 * MAX
    const call = { model: 'small', prompt_tokens_max: prompt, max_output_tokens: MAX }
    const tool = await mcp.ask(key, 'can_i_run', call)
    const { block } = tool.result as { block: BlockCard }
    const fact = said(block, tool.sentences)
    expect(fact.card).toMatchObject({ code, charged: '0', as_of: AT })
    expect(fact.card.limit).not.toBeNull()
    expect(said(block, explainBlock(block, inUtc('en')))).toEqual(fact)

    const client = createClient({ baseUrl: mcp.server.url, token: key })
    const refused = await client
      .authorize({ ...call, call_id: 'call_api' })
      .catch((error: unknown) => error as EverycentProblem)
    const { detail, body } = refused as EverycentProblem
    const card = body.block as BlockCard
    expect(said(card, explainBlock(card, inUtc('en')))).toEqual(fact)
    expect(detail).toContain(fact.sentences.join(' '))

    const cli = await commandLine(key, [
      'estimate',
      '--model',
      'small',
      '--prompt-tokens',
      `${prompt}`,
      '--max-output',
      `${MAX}`,
    ])
    expect(said(cli.block, explainBlock(cli.block, inUtc('en')))).toEqual(fact)

    expect(stopped.message).toContain(fact.sentences.join(' '))
    expect(stopped.code).toBe(code)
    const { limit, spent, held, left, resets_at, changeable_by, actions, as_of } = fact.card
    expect(stopped).toMatchObject({ resets_at, changeable_by, actions, as_of })
    expect(stopped.limit).toMatchObject({ amount: limit, used: spent, held, left })

    const told = await mcp.ask(key, 'explain_block', { receipt_id: 'rcpt_api' })
    expect(said((told.result as { block: BlockCard }).block, told.sentences)).toEqual(fact)
  })
})

interface Stopped {
  readonly code: string
  readonly message: string
  readonly needed: string
  readonly limit: unknown
}

async function gateway(key: string): Promise<Stopped> {
  const response = await fetch(`${mcp.server.url}/anthropic/v1/messages`, {
    method: 'POST',
    headers: {
      'x-api-key': key,
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify({
      model: 'small',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello' }],
    }),
  })
  const body = (await response.json()) as { error: { message: string; everycent: Stopped } }
  return { ...body.error.everycent, message: body.error.message }
}

async function commandLine(key: string, argv: string[]) {
  const cwd = temporaryFolder()
  writeLocalServer(cwd, { url: mcp.server.url, token: key })
  const ran = await run([...argv, '--json'], { cwd })
  return JSON.parse(ran.out) as { block: BlockCard }
}
