import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyEvent,
  CASE_STATES,
  type CaseEvent,
  type CaseFacts,
  type CaseOrigin,
  type CaseView,
  foldCase,
  isEnded,
  isOpen,
  type NewEvent,
  type StepContext,
  stepRefusal,
  tracker,
} from '../../../src/core/cases/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import { DAY_MS, instant } from '../../../src/core/time/index.ts'

const T0 = instant(Date.parse('2026-11-26T00:00:00Z'))

const decided = (more: Partial<CaseFacts['decided']> = {}): NewEvent => ({
  kind: 'decided',
  facts: {
    verdict: 'refund',
    reason: 'goodwill',
    plan: { lines: [], purchase: null, total: '5' },
    findings: [],
    words: null,
    automatic: false,
    requested_by: null,
    ...more,
  },
})
const posted: NewEvent = {
  kind: 'posted',
  facts: { total: '5', entries: [], skipped: [], provisional_used: '0', refund_id: null },
}
const asked: NewEvent = {
  kind: 'refund_requested',
  facts: { plan: { lines: [], purchase: null, total: '5' }, reason: 'goodwill', words: null },
}
const checked: NewEvent = { kind: 'checked', facts: { findings: [], offer: null, returned: '0' } }
const given: NewEvent = {
  kind: 'provisional_given',
  facts: { lot_id: 'lot', amount: '5', currency: 'USD', entry: 1 },
}
const ended: NewEvent = {
  kind: 'provisional_ended',
  facts: { taken_back: '5', used: '0', entry: 2 },
}
const sent: NewEvent = { kind: 'sent', facts: { reference: null } }
const settled: NewEvent = { kind: 'settled', facts: { reference: null } }
const closed: NewEvent = { kind: 'closed', facts: { words: 'x' } }
const appealed: NewEvent = { kind: 'appealed', facts: { words: 'x' } }
const reopened: NewEvent = { kind: 'reopened', facts: { words: 'x' } }
const withdrawn: NewEvent = { kind: 'withdrawn', facts: { words: null } }
const noted: NewEvent = { kind: 'noted', facts: { words: 'x' } }
const denied: NewEvent = { kind: 'refund_denied', facts: { words: 'x' } }
const merged: NewEvent = { kind: 'merged', facts: { into: 'case_y' } }
const agreed: NewEvent = { kind: 'sampled', facts: { agree: true, words: 'x' } }
const rejected = decided({ verdict: 'rejected', plan: null })

type Step = readonly [event: NewEvent, by?: string, days?: number]

/** Takes the steps that may be taken; answers with the last refusal. */
function play(steps: readonly Step[], origin: CaseOrigin = 'dispute') {
  const first = { number: 1, kind: 'received', at: T0, actor: who('acct'), facts: {} } as CaseEvent
  const events: CaseEvent[] = [first]
  let view = foldCase(origin, events)
  let refusal: string | null = null
  for (const [event, by = 'ann', days = 0] of steps) {
    const at = instant(T0 + days * DAY_MS)
    const context: StepContext = { by, at, policy: null }
    refusal = stepRefusal(view, event, context)
    if (refusal !== null) continue
    const own = { ...event, number: events.length + 1, at, actor: who(by) } as CaseEvent
    events.push(own)
    view = applyEvent(view, own)
  }
  return { view, events, refusal }
}

const who = (id: string) => ({ type: 'support', id }) as const

describe('a case', () => {
  it.each<[story: string, steps: Step[], state: string, refusal: string | null]>([
    ['is received', [], 'received', null],
    ['is checked', [[checked]], 'checked', null],
    ['is checked once', [[checked], [checked]], 'checked', 'case_step'],
    ['is decided and posted', [[checked], [decided()], [posted]], 'posted', null],
    ['is sent and settled', [[checked], [decided()], [posted], [sent], [settled]], 'settled', null],
    ['is decided once', [[decided()], [decided()]], 'decided', 'case_step'],
    ['is not posted before it is decided', [[checked], [posted]], 'checked', 'case_step'],
    ['posts nothing that was rejected', [[rejected], [posted]], 'decided', 'case_step'],
    ['posts once', [[decided()], [posted], [posted]], 'posted', 'case_step'],
    ['is not settled before it is sent', [[decided()], [posted], [settled]], 'posted', 'case_step'],
    ['is closed after a rejection', [[rejected], [closed]], 'closed', null],
    ['is not simply closed', [[checked], [closed]], 'checked', 'case_step'],
    ['takes no note once closed', [[rejected], [closed], [noted]], 'closed', 'case_closed'],
    ['is withdrawn while open', [[checked], [withdrawn]], 'withdrawn', null],
    ['is not withdrawn once decided', [[decided()], [withdrawn]], 'decided', 'case_step'],
    ['waits for a second person', [[asked]], 'received', null],
    ['has one refund waiting', [[asked], [asked, 'bob']], 'received', 'case_step'],
    [
      'is approved by another',
      [[asked], [decided({ requested_by: 'ann' }), 'bob']],
      'decided',
      null,
    ],
    [
      'is not approved by who asked',
      [[asked], [decided({ requested_by: 'ann' })]],
      'received',
      'approval_by_another',
    ],
    [
      'is not approved when nothing waits',
      [[decided({ requested_by: 'ann' }), 'bob']],
      'received',
      'case_step',
    ],
    ['is not decided past what waits', [[asked], [decided(), 'bob']], 'received', 'case_step'],
    ['is denied by another', [[asked], [denied, 'bob'], [decided(), 'bob']], 'decided', null],
    ['is not denied by who asked', [[asked], [denied]], 'received', 'approval_by_another'],
    ['is appealed against', [[rejected], [closed], [appealed, 'acct']], 'appealed', null],
    [
      'is decided anew by another',
      [[rejected], [closed], [appealed, 'acct'], [decided(), 'bob']],
      'decided',
      null,
    ],
    [
      'is not decided anew by the same',
      [[rejected], [closed], [appealed, 'acct'], [decided()]],
      'appealed',
      'approval_by_another',
    ],
    [
      'nor by who had asked for it',
      [
        [asked],
        [decided({ requested_by: 'ann' }), 'bob'],
        [posted],
        [sent],
        [settled],
        [appealed, 'acct'],
        [decided()],
      ],
      'appealed',
      'approval_by_another',
    ],
    [
      'is appealed against in time',
      [[rejected], [closed], [appealed, 'acct', 31]],
      'closed',
      'appeal_over',
    ],
    [
      'is appealed against once',
      [
        [rejected],
        [closed],
        [appealed, 'acct'],
        [rejected, 'bob'],
        [closed, 'bob'],
        [appealed, 'acct'],
      ],
      'closed',
      'appeal_over',
    ],
    ['is not appealed against undecided', [[checked], [appealed]], 'checked', 'case_step'],
    ['is opened again', [[rejected], [closed], [reopened]], 'reopened', null],
    ['is not opened while open', [[checked], [reopened]], 'checked', 'case_step'],
    ['that is merged stays so', [[merged], [reopened]], 'merged', 'case_step'],
    ['gives credit meanwhile once', [[given], [given]], 'received', 'case_step'],
    ['ends what it gave', [[given], [withdrawn], [ended]], 'withdrawn', null],
    ['ends it once', [[given], [ended], [ended]], 'received', 'case_step'],
    ['is not merged with credit out', [[given], [merged]], 'received', 'case_step'],
    ['is sampled where nobody looked', [[decided({ automatic: true })], [agreed]], 'decided', null],
    ['is not sampled where somebody did', [[decided()], [agreed]], 'decided', 'case_step'],
  ])('%s', (_story, steps, state, refusal) => {
    const played = play(steps)
    expect([played.view.state, played.refusal]).toEqual([state, refusal])
  })

  it('of another origin may be closed with words', () => {
    expect(play([[closed]], 'self_check').view.state).toBe('closed')
    expect(play([[asked], [closed]], 'person_asked').refusal).toBe('case_step')
  })
})

const ALL = [
  checked,
  decided(),
  decided({ automatic: true }),
  decided({ requested_by: 'ann' }),
  rejected,
  posted,
  sent,
  settled,
  closed,
  asked,
  denied,
  appealed,
  reopened,
  withdrawn,
  merged,
  given,
  ended,
  agreed,
  noted,
]

const walk = fc.array(
  fc.tuple(
    fc.constantFrom(...ALL),
    fc.constantFrom('ann', 'bob', 'lead', 'acct'),
    fc.integer({ min: 0, max: 40 }),
  ),
  { maxLength: 40 },
)

/** Rounds: what is between two beginnings anew. */
function roundsOf(events: readonly CaseEvent[]): CaseEvent[][] {
  const rounds: CaseEvent[][] = [[]]
  for (const event of events) {
    if (event.kind === 'appealed' || event.kind === 'reopened') rounds.push([])
    rounds.at(-1)!.push(event)
  }
  return rounds
}

describe('whatever is tried, in whatever order', () => {
  it('each round is decided at most once, posts at most once, and only what was decided', () => {
    fc.assert(
      fc.property(walk, fc.constantFrom<CaseOrigin>('dispute', 'person_asked'), (steps, origin) => {
        const { events, view } = play(steps as Step[], origin)
        let refunded = 0n
        for (const round of roundsOf(events)) {
          const of = (kind: string) => round.filter((event) => event.kind === kind)
          expect(of('decided').length).toBeLessThanOrEqual(1)
          expect(of('posted').length).toBeLessThanOrEqual(1)
          if (of('posted').length === 1) {
            const [own] = of('decided') as CaseEvent<'decided'>[]
            expect(own?.facts.verdict).toBe('refund')
            expect(own!.number).toBeLessThan(of('posted')[0]!.number)
            refunded += readNanos((of('posted')[0] as CaseEvent<'posted'>).facts.total)
          }
        }
        expect(view.refunded).toBe(refunded)
        expect(
          events.filter(({ kind }) => kind === 'provisional_given').length,
        ).toBeLessThanOrEqual(1)
        expect(events.filter(({ kind }) => kind === 'appealed').length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 2_000 },
    )
  })

  it('nobody approves what they asked for, nor decides an appeal against themselves', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        const before = new Set<string | null>()
        for (const round of roundsOf(play(steps as Step[]).events)) {
          const decided = round.filter((event) => event.kind === 'decided')
          for (const { actor, facts } of decided as CaseEvent<'decided'>[]) {
            expect(facts.requested_by).not.toBe(actor.id)
            expect(before.has(actor.id)).toBe(false)
            before.add(actor.id).add(facts.requested_by)
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('the state is one of those there are, and the tracker never runs backwards', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        const { view } = play(steps as Step[])
        expect(CASE_STATES).toContain(view.state)
        expect(isOpen(view.state) && isEnded(view.state)).toBe(false)
        if (isEnded(view.state)) expect(view.needsPerson).toBe(false)
        const states = tracker(view, T0).map(({ state }) => state)
        expect(
          states.filter((state) => state === 'due' || state === 'overdue').length,
        ).toBeLessThanOrEqual(1)
        if (isEnded(view.state)) expect(states).not.toContain('due')
      }),
      { numRuns: 2_000 },
    )
  })
})

/** A view is nothing but the fold of its events: what is stored beside them is found again. */
it('a case that is read again is the case that it was', () => {
  fc.assert(
    fc.property(walk, (steps) => {
      const { events, view } = play(steps as Step[])
      const again: CaseView = foldCase('dispute', events)
      expect(again).toEqual(view)
    }),
    { numRuns: 500 },
  )
})
