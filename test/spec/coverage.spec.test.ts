import { describe, expect, test } from 'vitest'
import { type CallSketch, plan, usd } from '../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { carried, trace } from '../support/core/render.ts'
import { useStories } from './stories.ts'

useStories()

const PLAN = plan({
  coverage: [
    { when: { clients: ['partner'], models: ['mini'] }, effect: 'covered', reason: 'partner deal' },
    {
      when: { clients: ['partner', 'other'] },
      effect: 'credits_only',
      reason: 'third-party client',
    },
    { when: { features: ['fast'] }, effect: 'credits_only', reason: 'fast mode is extra' },
    { when: { models: ['opus*'] }, effect: 'blocked', reason: 'not in this plan' },
  ],
})

const story = () => {
  const ledger = new Ledger({ plans: [PLAN], paidUse: true })
  ledger.topUp('credits', '43')
  ledger.record('earlier', usd('2'))
  return ledger
}

const ROWS: readonly (readonly [string, CallSketch, string, string | null, readonly string[]])[] = [
  ['no rule matches: covered', {}, 'covered', null, ['included 1', 'credits not_needed']],
  [
    'a third-party client',
    { client: 'other' },
    'credits_only',
    'third-party client',
    ['included credits_only', 'credits 1'],
  ],
  [
    'the first rule that matches decides',
    { client: 'partner', model: 'mini' },
    'covered',
    'partner deal',
    ['included 1', 'credits not_needed'],
  ],
  [
    'every member of a rule has to match',
    { client: 'partner' },
    'credits_only',
    'third-party client',
    ['included credits_only', 'credits 1'],
  ],
  [
    'a feature among others',
    { features: ['tools', 'fast'] },
    'credits_only',
    'fast mode is extra',
    ['included credits_only', 'credits 1'],
  ],
  [
    'a client that is not named is an ordinary one',
    { client: 'ours' },
    'covered',
    null,
    ['included 1', 'credits not_needed'],
  ],
]

describe('coverage: the first rule that matches a call decides', () => {
  test.each(ROWS)('%s', (_name, call, effect, reason, drawn) => {
    const ledger = story()
    admitted(ledger.authorize('call', usd('1'), call))
    const entry = postedEntry(ledger.settle('call', usd('1')))
    expect(entry.coverage).toEqual({ effect, reason })
    expect(trace(entry)).toEqual(drawn)
  })
})

test('a credits-only call shows the windows as they stand, and leaves them alone', () => {
  const ledger = story()
  const entry = postedEntry(ledger.record('call', usd('1'), { client: 'other' }))
  expect(entry.windows).toMatchObject([
    { id: 'session', capacity: '10', used: '2', drawn: '0' },
    { id: 'weekly', capacity: '50', used: '2', drawn: '0' },
  ])
  expect(carried(entry)).toEqual({ money: '1' })
})

test('a credits-only call is never moved to the windows afterwards', () => {
  const ledger = story()
  const entry = postedEntry(ledger.record('call', usd('1'), { client: 'other' }))
  expect(entry.draw_key).toBeUndefined()
})

test('a credits-only call without credits is refused for the funds, not for the windows', () => {
  const ledger = new Ledger({ plans: [PLAN] })
  expect(refused(ledger.authorize('call', usd('1'), { client: 'other' })).code).toBe(
    'funds_exhausted',
  )
})

test('a blocked call is refused with the reason of the rule, and nobody waits for it', () => {
  const block = refused(story().authorize('call', usd('1'), { model: 'opus' }))
  expect(block).toMatchObject({
    code: 'blocked_by_plan',
    limit: { type: 'plan', id: 'pro@1' },
    message: 'not in this plan',
  })
  expect(block.retry_at).toBeUndefined()
})

test('a blocked call that was served all the same is carried by the platform', () => {
  const entry = postedEntry(story().record('call', usd('1'), { model: 'opus' }))
  expect(carried(entry)).toEqual({ absorbed: '1' })
  expect(entry.absorbed_reason).toBe('blocked_by_plan')
})
