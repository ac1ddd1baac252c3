import { describe, expect, test } from 'vitest'
import {
  applyEvent,
  type CaseEvent,
  type CaseView,
  foldCase,
  isEnded,
  type NewEvent,
  nextDue,
  STAGES,
  stepRefusal,
  tracker,
} from '../../../src/core/cases/index.ts'
import { DAY_MS, type Instant, instant } from '../../../src/core/time/index.ts'
import { at } from '../../support/core/fixtures.ts'
import { OfRecord } from '../../support/core/of-record.ts'

/*
 * Which step may follow which, and what the case is then: for every case that three steps can make, and each kind of
 * step after it.
 */

const record = new OfRecord(new URL('steps.json', import.meta.url))
const T0 = at('2026-11-26T00:00:00Z')
const PLAN = { lines: [], purchase: null, total: '5' }
const DUE = { decided: '2026-11-28T00:00:00.000Z', posted: '2026-11-29T00:00:00.000Z' }

const decided = (more: object): NewEvent => ({
  kind: 'decided',
  facts: {
    ...{ verdict: 'refund', reason: 'goodwill', plan: PLAN, findings: [], words: null },
    ...{ automatic: false, requested_by: null, ...more },
  },
})

const STEPS: Readonly<Record<string, NewEvent>> = {
  checked: { kind: 'checked', facts: { findings: [], offer: null, returned: '0' } },
  offered: { kind: 'checked', facts: { findings: ['f'], offer: PLAN, returned: '1' } },
  'a person asked for': { kind: 'person_asked', facts: { words: 'x' } } as NewEvent,
  assigned: { kind: 'assigned', facts: { to: 'ann' } } as NewEvent,
  escalated: { kind: 'escalated', facts: { tier: 'finance', words: 'x' } } as NewEvent,
  'refund asked for': {
    kind: 'refund_requested',
    facts: { plan: PLAN, reason: 'goodwill', words: null },
  },
  'refund denied': { kind: 'refund_denied', facts: { words: 'x' } },
  refund: decided({ due: DUE }),
  'refund approved': decided({ requested_by: 'ann' }),
  'refund by itself': decided({ automatic: true }),
  rejected: decided({ verdict: 'rejected', plan: null }),
  'provisional given': {
    kind: 'provisional_given',
    facts: { lot_id: 'lot', amount: '5', currency: 'USD', entry: 1 },
  },
  'provisional ended': {
    kind: 'provisional_ended',
    facts: { taken_back: '3', used: '2', entry: 2 },
  },
  posted: {
    kind: 'posted',
    facts: { total: '5', entries: [], skipped: [], provisional_used: '0', refund_id: null },
  },
  sent: { kind: 'sent', facts: { reference: null } },
  settled: { kind: 'settled', facts: { reference: null } },
  closed: { kind: 'closed', facts: { words: 'x' } },
  appealed: { kind: 'appealed', facts: { words: 'x' } },
  reopened: { kind: 'reopened', facts: { words: 'x', due: DUE } } as NewEvent,
  withdrawn: { kind: 'withdrawn', facts: { words: null } },
  merged: { kind: 'merged', facts: { into: 'case_y' } },
  noted: { kind: 'noted', facts: { words: 'x' } },
  agreed: { kind: 'sampled', facts: { agree: true, words: 'x' } },
  'not agreed': { kind: 'sampled', facts: { agree: false, words: 'x' } },
}

interface Made {
  readonly name: string
  readonly view: CaseView
  readonly count: number
}

const timeOf = (count: number): Instant => instant(T0 + count * DAY_MS)
const begun = foldCase('dispute', [
  {
    ...{ number: 1, kind: 'received', at: T0, actor: { type: 'member', id: 'acct' } },
    facts: { due: { checked: '2026-11-26T12:00:00.000Z', ...DUE } },
  } as unknown as CaseEvent,
])

const refusalOf = ({ view, count }: Made, event: NewEvent, by: string) =>
  stepRefusal(view, event, { by, at: timeOf(count), policy: null })

/** Who takes a step does so a day after the one before; every second step is taken by somebody else. */
function after(made: Made, name: string): Made | null {
  const event = STEPS[name]!
  const by = made.count % 2 === 0 ? 'bob' : 'ann'
  if (refusalOf(made, event, by) !== null) return null
  const own = {
    ...event,
    ...{ number: made.count + 1, at: timeOf(made.count), actor: { type: 'support', id: by } },
  }
  return {
    name: `${made.name}, ${name}`,
    view: applyEvent(made.view, own as CaseEvent),
    count: made.count + 1,
  }
}

const next = (all: readonly Made[]): readonly Made[] =>
  all.flatMap((made) => Object.keys(STEPS).flatMap((name) => after(made, name) ?? []))

const first: readonly Made[] = [{ name: 'received', view: begun, count: 1 }]
const second = next(first)
const third = next(second)
/** Those that went far: the rest of the stories is the same again. */
const far = next(third.filter(({ view }) => view.state === 'decided' || view.state === 'posted'))

const brief = ({ decision, offer, pending, provisional, ...view }: CaseView): string =>
  JSON.stringify(
    {
      ...view,
      decision: decision && { by: decision.by, at: decision.at, verdict: decision.verdict },
      offer: offer !== null,
      pending: pending?.by,
      provisional: provisional && `${provisional.used}`,
    },
    (_, value) => (typeof value === 'bigint' ? `${value}` : value),
  )

describe('a case', () => {
  test('is what the steps have made of it', () => {
    const views = [...first, ...second, ...third].map(({ name, view }) => [name, brief(view)])
    record.expectSame('views', Object.fromEntries(views))
  })

  test('takes the steps that it may, and says why not the others', () => {
    const said = [...first, ...second, ...third, ...far].map((made) => {
      const refusals = new Map<string, string[]>()
      for (const [name, event] of Object.entries(STEPS))
        for (const by of ['ann', 'bob']) {
          const refusal = refusalOf(made, event, by) ?? 'may'
          refusals.set(refusal, [...(refusals.get(refusal) ?? []), `${name} by ${by}`])
        }
      return [
        made.name,
        [...refusals].map(([what, steps]) => `${what}: ${steps.join(', ')}`).sort(),
      ]
    })
    const stories = new Map<string, string[]>()
    for (const [name, own] of said) {
      const key = (own as string[]).join('; ')
      stories.set(key, [...(stories.get(key) ?? []), name as string])
    }
    record.expectSame(
      'steps',
      [...stories].map(([steps, names]) => [names.length, names[0], steps]),
    )
  })

  test('is tracked: one step is due at most, and what is done has its time', () => {
    const late = timeOf(3)
    const said = [...first, ...second, ...third, ...far].map(({ name, view }) => {
      const stages = tracker(view, late)
      expect(stages.map(({ stage }) => stage)).toEqual(STAGES)
      const open = stages.filter(({ state }) => state === 'due' || state === 'overdue')
      expect(open.length).toBeLessThanOrEqual(isEnded(view.state) ? 0 : 1)
      for (const { state, at: time } of stages) expect(time !== null).toBe(state === 'done')
      const line = stages.map(({ stage, state, due_at }) => `${stage} ${state} ${due_at ?? ''}`)
      return [name, `${line.join(', ')}; next ${nextDue(view)}`] as const
    })
    const tracks = new Map<string, string>()
    for (const [name, track] of said) if (!tracks.has(track)) tracks.set(track, name)
    record.expectSame('tracks', [...tracks])
  })
})
