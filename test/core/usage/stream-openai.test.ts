import { describe, expect, it } from 'vitest'
import {
  createAccumulator,
  type StreamDialect,
  type StreamSnapshot,
} from '../../../src/core/usage/index.ts'
import { usageIn } from './fixtures.ts'

function read(dialect: StreamDialect, events: readonly unknown[]): StreamSnapshot {
  const accumulator = createAccumulator(dialect)
  for (const data of events) accumulator.push({ data })
  return accumulator.snapshot()
}

const choice = (delta: unknown, finish: string | null = null, index = 0) => ({
  id: 'chatcmpl-1',
  model: 'gpt-5.5',
  choices: [{ index, delta, finish_reason: finish }],
  usage: null,
})
const usage = (prompt: number, completion: number) => ({
  id: 'chatcmpl-1',
  model: 'gpt-5.5',
  service_tier: 'flex',
  choices: [],
  usage: {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  },
})
const chat = (...events: unknown[]): StreamSnapshot => read('openai_chat', events)

describe('OpenAI chat stream', () => {
  it('the last chunk that has usage counts, and nothing is summed', () => {
    const snapshot = chat(
      choice({ role: 'assistant', content: '' }),
      { ...choice({ content: 'Hello' }), usage: usage(10, 1).usage },
      choice({ content: ' there' }, 'stop'),
      usage(10, 2),
      '[DONE]',
    )
    expect(usageIn(snapshot.call).tokens).toEqual({ input: 10, output: 2 })
    expect(snapshot).toMatchObject({
      call: { model: 'gpt-5.5', tier: 'flex' },
      finished: true,
      stopReason: 'stop',
      messageId: 'chatcmpl-1',
      outputStarted: true,
      deliveredOutputTokensEstimate: 2,
    })
  })

  it('is finished by [DONE], or by a finish reason for every choice', () => {
    const [zero, one] = [choice({ content: 'a' }), choice({ content: 'b' }, null, 1)]
    expect(chat(zero, one).finished).toBe(false)
    expect(chat(zero, one, choice({}, 'stop')).finished).toBe(false)
    expect(chat(zero, one, choice({}, 'stop'), choice({}, 'length', 1)).finished).toBe(true)
    expect(chat('[DONE]').finished).toBe(true)
  })

  it('of several choices is not finished before all that were asked for are', () => {
    const accumulator = createAccumulator('openai_chat', { choices: 2 })
    const finished = [choice({ content: 'a' }), choice({}, 'stop'), choice({}, 'stop', 1)].map(
      (data) => {
        accumulator.push({ data })
        return accumulator.snapshot().finished
      },
    )
    expect(finished).toEqual([false, false, true])
  })

  it.each([
    [{ error: { type: 'overloaded', message: 'No' } }, 'overloaded'],
    [{ error: 'overloaded' }, 'error'],
    [{ object: 'error', type: 'BadRequest', message: 'No' }, 'BadRequest'],
  ])('fails by an error in whatever form: %j', (event, type) => {
    expect(chat(choice({ content: 'a' }), event).error?.type).toBe(type)
    expect(chat({ ...choice({ content: 'a' }), error: '' }).error).toBeNull()
  })

  it('a cut stream has no usage and is not finished', () => {
    const snapshot = chat(choice({ content: 'Hello' }))
    expect(snapshot).toMatchObject({ call: { usage: null }, finished: false, rawUsage: null })
  })

  it('the role alone is no output', () => {
    expect(chat(choice({ role: 'assistant', content: '', refusal: null })).outputStarted).toBe(
      false,
    )
  })

  it.each([
    ['a tool call', { tool_calls: [{ index: 0, function: { name: 'f', arguments: '' } }] }],
    ['arguments', { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }],
    ['a function call', { function_call: { name: 'f', arguments: '' } }],
    ['reasoning in the clear', { reasoning_content: 'Hm' }],
    ['reasoning under its other name', { reasoning: 'Hm' }],
    ['sound', { audio: { data: 'AAAA' } }],
  ])('%s is output', (_, delta) => {
    expect(chat(choice(delta)).outputStarted).toBe(true)
  })

  it('a classifier’s refusal delivers nothing; the model’s own is text', () => {
    expect(chat(choice({}, 'content_filter'))).toMatchObject({
      refusal: true,
      outputStarted: false,
      stopReason: 'content_filter',
    })
    expect(chat(choice({ refusal: 'I cannot help with that.' }, 'stop'))).toMatchObject({
      refusal: true,
      outputStarted: true,
    })
  })

  it('an error inside the stream', () => {
    const error = {
      error: { message: 'Resource exhausted', type: null, code: 'RESOURCE_EXHAUSTED' },
    }
    expect(chat(choice({ content: 'x' }), error).error).toEqual({
      type: 'RESOURCE_EXHAUSTED',
      message: 'Resource exhausted',
    })
  })

  it('takes no harm from rubbish', () => {
    const snapshot = chat(null, 3, [], { choices: 'x' }, { choices: [null, 4] }, { usage: 'x' })
    expect(snapshot).toMatchObject({ outputStarted: false, call: { usage: null } })
  })
})

const response = (type: string, own: Record<string, unknown> = {}) => ({
  type: `response.${type}`,
  response: { id: 'resp_1', model: 'gpt-5.5', service_tier: 'auto', usage: null, ...own },
})
const delta = (type: string, value: string) => ({ type: `response.${type}.delta`, delta: value })
const FINAL = { input_tokens: 10, output_tokens: 5, total_tokens: 15 }
const responses = (...events: unknown[]): StreamSnapshot => read('openai_responses', events)

describe('OpenAI Responses stream', () => {
  it('usage comes with the end, and so does the served tier', () => {
    const snapshot = responses(
      response('created'),
      response('in_progress'),
      delta('output_text', 'Hello there'),
      response('completed', { status: 'completed', service_tier: 'priority', usage: FINAL }),
    )
    expect(snapshot).toMatchObject({
      call: { model: 'gpt-5.5', tier: 'priority' },
      finished: true,
      stopReason: 'completed',
      messageId: 'resp_1',
      outputStarted: true,
      deliveredOutputTokensEstimate: 2,
      rawUsage: FINAL,
    })
    expect(usageIn(snapshot.call).tokens).toEqual({ input: 10, output: 5 })
  })

  it.each([
    ['max_output_tokens', false],
    ['content_filter', true],
  ])('incomplete because of %s', (reason, refusal) => {
    const end = response('incomplete', { incomplete_details: { reason }, usage: FINAL })
    expect(responses(response('created'), end)).toMatchObject({
      finished: true,
      stopReason: reason,
      refusal,
    })
  })

  it('a failed response carries its error', () => {
    const end = response('failed', {
      status: 'failed',
      error: { code: 'server_error', message: 'Oh' },
    })
    expect(responses(response('created'), delta('output_text', 'x'), end)).toMatchObject({
      finished: true,
      stopReason: 'failed',
      error: { type: 'server_error', message: 'Oh' },
    })
  })

  it('an error event', () => {
    const error = { type: 'error', code: 'rate_limit_exceeded', message: 'Slow down', param: null }
    expect(responses(response('created'), error)).toMatchObject({
      finished: false,
      error: { type: 'rate_limit_exceeded', message: 'Slow down' },
    })
  })

  it('refusals, reasoning and tool arguments are output; progress is not', () => {
    expect(responses(delta('refusal', 'No.'))).toMatchObject({ refusal: true, outputStarted: true })
    expect(responses(delta('reasoning_summary_text', 'Hm')).outputStarted).toBe(true)
    expect(responses(delta('function_call_arguments', '{')).outputStarted).toBe(true)
    const added = { type: 'response.output_item.added', item: { type: 'message', content: [] } }
    expect(responses(response('created'), added).outputStarted).toBe(false)
  })

  it('counts the searches of the final response', () => {
    const search = { type: 'web_search_call', status: 'completed', action: { type: 'search' } }
    const done = { type: 'response.output_item.done', item: search }
    const end = response('completed', { output: [search], usage: FINAL })
    expect(usageIn(responses(response('created'), done, end).call).fees).toEqual({ web_search: 1 })
    const silent = response('completed', { usage: FINAL })
    expect(usageIn(responses(done, done, silent).call).fees).toEqual({ web_search: 2 })
  })
})
