import { describe, expect, it } from 'vitest'
import { normalise } from '../../../src/core/usage/index.ts'
import { PAID_TOOLS, type Row, usageIn } from './fixtures.ts'

const chat = (prompt: unknown, completion: unknown, details: Record<string, unknown> = {}) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  ...details,
})
const promptOf = (own: Record<string, unknown>) => ({ prompt_tokens_details: own })
const completionOf = (own: Record<string, unknown>) => ({ completion_tokens_details: own })

const ROWS: readonly Row[] = [
  [
    'the prompt includes cached and written tokens',
    chat(100, 10, promptOf({ cached_tokens: 60, cache_write_tokens: 30 })),
    { input: 10, cache_read: 60, cache_write: 30, output: 10 },
    [],
  ],
  [
    'the completion includes reasoning, audio and predictions',
    chat(
      100,
      50,
      completionOf({
        reasoning_tokens: 20,
        audio_tokens: 5,
        accepted_prediction_tokens: 3,
        rejected_prediction_tokens: 4,
      }),
    ),
    { input: 100, output: 25, reasoning: 20, output_audio: 5 },
    [],
  ],
  [
    'more cached than prompt: all of it is cached',
    chat(100, 10, promptOf({ cached_tokens: 150 })),
    { input: 0, cache_read: 100, output: 10 },
    ['subset_exceeds_total'],
  ],
  [
    'a write that cannot be is dropped, since it is the dearer reading',
    chat(100, 10, promptOf({ cached_tokens: 90, cache_write_tokens: 20 })),
    { input: 10, cache_read: 90, cache_write: 0, output: 10 },
    ['subset_exceeds_total'],
  ],
  [
    'more reasoning than completion',
    chat(100, 10, completionOf({ reasoning_tokens: 11 })),
    { input: 100, output: 10, reasoning: 0 },
    ['subset_exceeds_total'],
  ],
  [
    'images without cache are images',
    chat(100, 10, promptOf({ cached_tokens: 0, image_tokens: 80 })),
    { input: 20, cache_read: 0, input_image: 80, output: 10 },
    [],
  ],
  [
    'cached and image overlap: only what cannot be cached is certain',
    chat(100, 10, promptOf({ cached_tokens: 30, image_tokens: 80 })),
    { input: 20, cache_read: 30, input_image: 50, output: 10 },
    ['modality_overlap'],
  ],
  [
    'more modality than prompt is text',
    chat(100, 10, promptOf({ audio_tokens: 80, image_tokens: 30 })),
    { input: 100, input_audio: 0, input_image: 0, output: 10 },
    ['subset_exceeds_total'],
  ],
  ['a total that fits', chat(100, 10, { total_tokens: 110 }), { input: 100, output: 10 }, []],
  [
    'a total above the sum adds nothing',
    chat(100, 10, { total_tokens: 200 }),
    { input: 100, output: 10 },
    ['identity_broken'],
  ],
  [
    'a total below the sum takes the output down first',
    chat(100, 10, { total_tokens: 104 }),
    { input: 100, output: 4 },
    ['identity_broken'],
  ],
  [
    'a total below the prompt',
    chat(100, 10, { total_tokens: 60 }),
    { input: 50, output: 10 },
    ['identity_broken'],
  ],
  ['embeddings have no output', { prompt_tokens: 8, total_tokens: 8 }, { input: 8 }, []],
  ['a malformed prompt leaves the output', chat('100', 10), { output: 10 }, ['malformed_count']],
]

describe('OpenAI chat usage', () => {
  it.each(ROWS)('%s', (_, raw, tokens, flags) => {
    const usage = usageIn(normalise('openai_chat', raw))
    expect(usage.tokens).toEqual(tokens)
    expect(usage.flags).toEqual(flags)
  })

  it('the served tier is the response’s', () => {
    const call = normalise('openai_chat', {
      model: 'gpt-4o-mini-2024-07-18',
      service_tier: 'priority',
      usage: chat(9, 2),
    })
    expect(call).toMatchObject({ model: 'gpt-4o-mini-2024-07-18', tier: 'priority', speed: null })
  })

  it('notes zero output where text was delivered', () => {
    const choices = [{ message: { content: 'Hello' } }]
    const usage = usageIn(normalise('openai_chat', { choices, usage: chat(9, 0) }))
    expect(usage.flags).toEqual(['zero_reported_with_output'])
  })

  it('missing usage is null', () => {
    for (const raw of [undefined, { usage: null }, { choices: [] }, { usage: { note: 1 } }])
      expect(normalise('openai_chat', raw).usage).toBeNull()
  })
})

describe('OpenAI Responses usage', () => {
  const usage = {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
    output_tokens: 30,
    output_tokens_details: { reasoning_tokens: 12 },
    total_tokens: 130,
  }

  it('includes cached tokens and reasoning in its totals', () => {
    const call = normalise('openai_responses', { model: 'gpt-5.5', service_tier: 'flex', usage })
    expect(call).toMatchObject({ model: 'gpt-5.5', tier: 'flex' })
    expect(usageIn(call)).toMatchObject({
      tokens: { input: 50, cache_read: 40, cache_write: 10, output: 18, reasoning: 12 },
      flags: [],
    })
  })

  it('counts the tool calls that were made and searched', () => {
    const search = (status: string, type: string) => ({
      type: 'web_search_call',
      status,
      action: { type },
    })
    const output = [
      search('completed', 'search'),
      search('failed', 'search'),
      search('completed', 'open_page'),
      { type: 'web_search_call', status: 'completed' },
      { type: 'file_search_call', status: 'completed' },
      { type: 'message', content: [{ type: 'output_text', text: 'x' }] },
    ]
    const call = normalise('openai_responses', { output, usage })
    expect(usageIn(call).fees).toEqual({ web_search: 2, file_search: 1 })
  })

  it.each(PAID_TOOLS)('%s', (_, output, fees) => {
    expect(usageIn(normalise('openai_responses', { output, usage })).fees).toEqual(fees)
  })
})
