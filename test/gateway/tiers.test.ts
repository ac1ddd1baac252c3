import { describe, expect, it } from 'vitest'
import { readNanos } from '../../src/core/money/index.ts'
import { BODIES, send } from './support/requests.ts'
import { entriesWhen, useRig } from './support/rig.ts'

/* An answer may come back at a dearer tier than the ordinary one: the hold has to cover it. */

const rig = useRig()

interface Asked {
  readonly surface: 'openai_chat' | 'openai_responses'
  readonly tier?: string
  readonly stream: boolean
  readonly credit: string
  readonly served: string
}

const LIMIT = 1_000

async function call({ surface, tier, stream, credit, served }: Asked) {
  const account = await rig.account({ credit })
  const member = surface === 'openai_chat' ? 'max_completion_tokens' : 'max_output_tokens'
  const answer = await send(rig, account, {
    surface,
    body: {
      ...BODIES[surface],
      model: 'gpt-5.4',
      stream,
      [member]: LIMIT,
      ...(tier !== undefined && { service_tier: tier }),
    },
    headers: { 'x-sim-served-tier': served, 'x-sim-output-tokens': `${LIMIT}` },
  })
  await answer.text()
  const [entry] = await entriesWhen(rig, account.accountId)
  return { answer, entry: entry! }
}

const SURFACES = ['openai_chat', 'openai_responses'] as const
const CASES = SURFACES.flatMap((surface) =>
  [undefined, 'auto'].flatMap((tier) =>
    [false, true].map((stream) => ({ surface, tier, stream, asked: tier ?? 'no tier' })),
  ),
)

describe.each(CASES)('$surface with $asked, stream: $stream', ({ surface, tier, stream }) => {
  const asked = { surface, stream, ...(tier !== undefined && { tier }) }

  it('a priority answer costs no more than its hold', async () => {
    const { entry } = await call({ ...asked, credit: '100', served: 'priority' })
    expect(entry).toMatchObject({
      kind: 'settle',
      served: { tier: 'priority' },
      hold: { clamped: false },
      totals: { absorbed: '0' },
    })
    const { money } = entry.totals!
    // 1,000 tokens written at $25 a million
    expect(readNanos(money)).toBeGreaterThan(readNanos('0.025'))
    expect(readNanos(money)).toBeLessThanOrEqual(readNanos(entry.hold!.worst))
  })

  it('what the funds allow is reckoned at the dearest tier', async () => {
    const { answer, entry } = await call({ ...asked, credit: '0.015', served: 'priority' })
    expect(answer.status).toBe(200)
    expect(Number(entry.hold!.max_output_tokens)).toBeLessThan(600)
    expect(entry).toMatchObject({ hold: { clamped: true }, totals: { absorbed: '0' } })
    expect(readNanos(entry.totals!.money)).toBeLessThanOrEqual(readNanos('0.015'))
  })
})

describe.each(SURFACES)('%s with a tier of its own', (surface) => {
  it.each([
    ['default', '10'],
    ['flex', '10'],
    ['priority', '25'],
  ])('%s holds $%s a million', async (tier, perMtok) => {
    const own = { surface, tier, stream: false, credit: '100', served: tier }
    const { entry } = await call(own)
    const written = (readNanos(perMtok) * BigInt(LIMIT)) / 1_000_000n
    const prompt = readNanos(entry.hold!.worst) - written
    expect(prompt).toBeGreaterThan(0n)
    // the prompt has at most a few hundred tokens
    expect(prompt).toBeLessThan(readNanos('0.001'))
    expect(entry.totals!.absorbed).toBe('0')
  })
})
