import { type Fields, isFields, plain, textOf } from '../exact.ts'
import { amountAt, at, CALL, countAt, neededAt, timeAt, wordAt } from './fields.ts'
import { type Extract, type RecordForm, Unreadable } from './types.ts'

/* Logs of other programs whose fields are known. All their amounts are in US dollars. */

const USD = 'USD'

/**
 * A session of Claude Code: one line an event. A message comes on several lines, with its usage as it
 * stood: whoever collects the records takes the one with most output.
 */
const claudeCode: RecordForm = {
  name: 'claude-code',
  fits: (record) => typeof record.sessionId === 'string' && typeof record.type === 'string',
  read: (record, source) => {
    const message = isFields(record.message) ? record.message : {}
    const model = textOf(message.model)
    const isAnswer = record.type === 'assistant' && isFields(message.usage)
    if (!isAnswer || model === null || model === '<synthetic>') return null
    const id = textOf(message.id) ?? textOf(record.requestId)
    if (id === null) throw new Unreadable('neither message.id nor requestId names the call')
    const when = timeAt(record, 'timestamp')
    const usage = plain(message.usage) as Fields
    const call = {
      ...CALL,
      id,
      at: when,
      dialect: 'anthropic' as const,
      model,
      ending: record.isApiErrorMessage === true ? ('failed' as const) : ('unknown' as const),
      tier: textOf(usage.service_tier),
      speed: textOf(usage.speed),
      region: textOf(usage.inference_geo),
      usage,
      upstreamId: textOf(record.requestId),
    }
    if (wordAt(record, 'costUSD') === null) return { call }
    const { amount, step } = amountAt(record, 'costUSD')
    const charge = {
      id,
      at: when,
      amount,
      step,
      currency: USD,
      callId: id,
      upstreamId: call.upstreamId,
      source,
    }
    return { call, charge }
  },
}

/** The spend logs of LiteLLM. Its times are UTC, with a zone or without. */
const litellm: RecordForm = {
  name: 'litellm',
  fits: (record) => 'request_id' in record && 'spend' in record && 'startTime' in record,
  read: (record, source) => {
    const id = neededAt(record, 'request_id')
    const when = timeAt(record, 'startTime', { utc: true })
    const { amount, step } = amountAt(record, 'spend')
    const charge = {
      id,
      at: when,
      amount,
      step,
      currency: USD,
      callId: id,
      upstreamId: null,
      source,
    }
    const failed = wordAt(record, 'metadata.status') === 'failure' || record.status === 'failure'
    const call = {
      ...CALL,
      id,
      at: when,
      dialect: 'openai_chat' as const,
      model: neededAt(record, 'model'),
      ending: failed ? ('failed' as const) : ('unknown' as const),
      tier: wordAt(record, 'metadata.usage_object.service_tier'),
      usage: litellmUsage(record),
    }
    return { call, charge }
  },
}

/** Nothing came from a provider where its own cache answered. */
function litellmUsage(record: Fields): Fields {
  if (/^true$/i.test(wordAt(record, 'cache_hit') ?? ''))
    return { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
  const own = at(record, 'metadata.usage_object')
  if (isFields(own)) {
    if ((countAt(own, 'cache_creation_input_tokens') ?? 0) > 0)
      throw new Unreadable(
        'it has cache writes, which this log counts into the prompt in some versions and beside it in others: give the provider’s own usage instead',
      )
    return plain(own) as Fields
  }
  return {
    prompt_tokens: countAt(record, 'prompt_tokens'),
    completion_tokens: countAt(record, 'completion_tokens'),
    total_tokens: countAt(record, 'total_tokens'),
  }
}

/** What OpenRouter says of a generation. The native counts are those that it bills. */
const openrouter: RecordForm = {
  name: 'openrouter',
  fits: (record) => 'total_cost' in record && 'native_tokens_prompt' in record,
  read: (record, source) => {
    const id = neededAt(record, 'id')
    const when = timeAt(record, 'created_at')
    const upstreamId = wordAt(record, 'upstream_id')
    const { amount, step } = amountAt(record, 'total_cost')
    const [prompt, completion] = [
      countAt(record, 'native_tokens_prompt'),
      countAt(record, 'native_tokens_completion'),
    ]
    const call = {
      ...CALL,
      id,
      at: when,
      dialect: 'openai_chat' as const,
      model: neededAt(record, 'model'),
      ending: endingOf(record),
      usage: {
        prompt_tokens: prompt,
        completion_tokens: completion,
        prompt_tokens_details: { cached_tokens: countAt(record, 'native_tokens_cached') },
        completion_tokens_details: { reasoning_tokens: countAt(record, 'native_tokens_reasoning') },
      },
      upstreamId,
    }
    const charge = { id, at: when, amount, step, currency: USD, callId: id, upstreamId, source }
    return { call, charge } satisfies Extract
  },
}

function endingOf(record: Fields): 'cut_by_client' | 'cut_by_upstream' | 'succeeded' | 'unknown' {
  if (record.cancelled === true) return 'cut_by_client'
  const reason = textOf(record.finish_reason)
  if (reason === 'error') return 'cut_by_upstream'
  return reason === null ? 'unknown' : 'succeeded'
}

export const KNOWN_FORMS: readonly RecordForm[] = [claudeCode, litellm, openrouter]
