import { describe, expect, it } from 'vitest'
import {
  amountDue,
  ceilingExceeded,
  creditFor,
  INCIDENT_STATES,
  INCIDENT_STEPS,
  type Incident,
  type IncidentState,
  type IncidentStep,
  incidentDocument,
  parseIncident,
  takeStep,
} from '../../../src/core/incidents/index.ts'
import { formatNanos, type Nanos, parseNanos } from '../../../src/core/money/index.ts'

const n = (text: string): Nanos => parseNanos(text)!

const DOCUMENT = {
  id: 'rate_limit',
  name: { en: 'Failed calls', ja: '失敗した呼び出し' },
  currency: 'USD',
  scope: {
    from: '2026-03-27T09:00:00.000Z',
    until: '2026-03-27T10:00:00.000Z',
    models: ['small'],
    outcomes: ['succeeded'],
    errors: { statuses: [429], types: ['rate_limit_error'] },
    price_books: ['book'],
    rules: ['failed_call_charged'],
    plans: ['pro', 'max@2'],
    accounts: ['acct_1'],
  },
  remedy: {
    refund: { of: 'charge' },
    goodwill: {
      percent: 50,
      max: '200',
      claim_until: { local: '2026-04-17T23:59', zone: 'America/Los_Angeles' },
      expires_after_days: 90,
    },
  },
  notice: { en: 'A bug.', ja: '不具合。' },
  double_remedy: 'skip',
  ceilings: { total: '10', goodwill: '5' },
}

describe('the document of an incident', () => {
  it('is read and written again as it was, with defaults written out', () => {
    const parsed = parseIncident(DOCUMENT)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const written = incidentDocument(parsed.incident)
    expect(written).toMatchObject({
      ...DOCUMENT,
      remedy: {
        refund: { of: 'charge' },
        goodwill: { percent: 50, max: '200', position: 'before_windows' },
      },
    })
    expect(parseIncident(written, { stored: true })).toEqual(parsed)
  })

  it.each<[string, object]>([
    ['statuses alone', { scope: { ...DOCUMENT.scope, errors: { statuses: [429] } } }],
    ['types alone', { scope: { ...DOCUMENT.scope, errors: { types: ['rate_limit_error'] } } }],
    [
      'a period alone',
      { scope: { from: DOCUMENT.scope.from, until: DOCUMENT.scope.until }, ceilings: {} },
    ],
    ['a refund of findings', { remedy: { refund: { of: 'finding' } } }],
    ['a new rating', { remedy: { rerate: { book: 'right' } }, notice: undefined }],
    [
      'steps of goodwill alone',
      {
        remedy: {
          goodwill: {
            tiers: [{ loss_from: '1', credit: '5' }],
            claim_until: '2026-04-17T00:00:00.000Z',
            expires_after_days: 1,
            position: 'after_windows',
          },
        },
      },
    ],
  ])('with %s is stored as something that is read again', (_name, change) => {
    const parsed = parseIncident({ ...DOCUMENT, ...change })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const stored = JSON.parse(JSON.stringify(incidentDocument(parsed.incident)))
    expect(parseIncident(stored, { stored: true })).toEqual(parsed)
  })

  it.each<[string, object, string]>([
    ['an unknown member', { extra: 1 }, '/extra'],
    ['an id that no reason code can hold', { id: 'Rate-Limit' }, '/id'],
    ['a name in one language', { name: { en: 'x' } }, '/name/ja'],
    ['a currency that is none', { currency: 'usd' }, '/currency'],
    ['a ceiling of nothing', { ceilings: { total: '0' } }, '/ceilings/total'],
    ['a refund of something else', { remedy: { refund: { of: 'half' } } }, '/remedy/refund/of'],
    [
      'goodwill that says how much in two ways',
      {
        remedy: {
          goodwill: {
            percent: 1,
            max: '1',
            tiers: [{ loss_from: '1', credit: '1' }],
            claim_until: '2027-01-01T00:00:00Z',
            expires_after_days: 1,
          },
        },
      },
      '/remedy/goodwill',
    ],
    ['an empty list', { scope: { ...DOCUMENT.scope, models: [] } }, '/scope/models'],
    [
      'a status that is none',
      { scope: { ...DOCUMENT.scope, errors: { statuses: [42] } } },
      '/scope/errors/statuses/0',
    ],
    ['no scope', { scope: null }, '/scope'],
  ])('with %s is refused, and the place is named', (_name, change, location) => {
    const parsed = parseIncident({ ...DOCUMENT, ...change })
    expect(parsed.ok).toBe(false)
    const problems = parsed.ok ? [] : parsed.problems
    expect(problems.map((own) => own.location)).toContain(location)
  })

  it.each([null, 7, 'text', []])('that is %j is refused', (value) => {
    expect(parseIncident(value).ok).toBe(false)
  })
})

type Terms = Pick<Incident, 'correction' | 'doubleRemedy'>
const CHARGE: Terms = { correction: { type: 'refund', of: 'charge' }, doubleRemedy: 'subtract' }
const FINDING: Terms = { ...CHARGE, correction: { type: 'refund', of: 'finding' } }
const RERATE: Terms = { ...CHARGE, correction: { type: 'rerate', book: 'b' } }
const skip = (terms: Terms): Terms => ({ ...terms, doubleRemedy: 'skip' })

describe('what goes back for a charge', () => {
  it.each<[string, Terms, [string, string, string | null, string | null], string]>([
    ['all of it', CHARGE, ['5', '5', null, null], '5'],
    ['what is left after a refund', CHARGE, ['5', '3', null, null], '3'],
    ['nothing after a whole refund', CHARGE, ['5', '0', null, null], '0'],
    ['nothing where something was given, if so told', skip(CHARGE), ['5', '3', null, null], '0'],
    ['what the finding says', FINDING, ['5', '5', '2', null], '2'],
    ['less what was given before', FINDING, ['5', '4', '2', null], '1'],
    ['nothing where more was given', FINDING, ['5', '1', '2', null], '0'],
    ['nothing where nobody found anything', FINDING, ['5', '5', null, null], '0'],
    ['never more than the charge', FINDING, ['5', '5', '9', null], '5'],
    ['what is above the right price', RERATE, ['5', '5', null, '3'], '2'],
    ['less what was given before', RERATE, ['5', '4.5', null, '3'], '1.5'],
    ['nothing where the right price is higher', RERATE, ['5', '5', null, '8'], '0'],
    ['nothing where there is no price', RERATE, ['5', '5', null, null], '0'],
    ['all where the right price is zero', RERATE, ['5', '5', null, '0'], '5'],
    [
      'nothing where only goodwill is given',
      { ...CHARGE, correction: null },
      ['5', '5', null, null],
      '0',
    ],
  ])('is %s', (_name, terms, [drawn, carried, excess, right], due) => {
    const charge = {
      drawn: n(drawn),
      carried: n(carried),
      excess: excess === null ? null : n(excess),
      right: right === null ? null : n(right),
    }
    expect(formatNanos(amountDue(terms, charge))).toBe(due)
  })
})

describe('goodwill', () => {
  const tiers = {
    by: 'tiers',
    tiers: [
      { lossFrom: n('1'), credit: n('5') },
      { lossFrom: n('50'), credit: n('100') },
    ],
  } as const
  it.each([
    ['0', '0', '0'],
    ['0.999999999', '0.499999999', '0'],
    ['1', '0.5', '5'],
    ['49.999999999', '24.999999999', '5'],
    ['50', '25', '100'],
    ['399.999999998', '199.999999999', '100'],
    ['400', '200', '100'],
    ['1000000', '200', '100'],
  ])('for a loss of %s is %s by share, %s by step', (loss, share, byStep) => {
    expect(formatNanos(creditFor({ by: 'percent', percent: 50, max: n('200') }, n(loss)))).toBe(
      share,
    )
    expect(formatNanos(creditFor(tiers, n(loss)))).toBe(byStep)
  })

  it('says which ceiling it is above', () => {
    const ceilings = { total: n('10'), account: n('5'), goodwill: n('3') }
    const sums = { total: n('10'), accountMax: n('5'), goodwill: n('3') }
    expect(ceilingExceeded(ceilings, sums)).toBeNull()
    expect(ceilingExceeded(ceilings, { ...sums, total: n('10.000000001') })).toBe('total')
    expect(ceilingExceeded(ceilings, { ...sums, accountMax: n('6') })).toBe('account')
    expect(ceilingExceeded(ceilings, { ...sums, goodwill: n('4') })).toBe('goodwill')
    const none = { total: null, account: null, goodwill: null }
    expect(ceilingExceeded(none, { ...sums, total: n('1000000') })).toBeNull()
  })
})

describe('the steps of an incident', () => {
  const measured = { calls: 1, credited: 0, withinCeilings: true }
  const at = (state: IncidentState) => ({ state, authors: ['ann'], measured })
  /** Every step that may be taken; all others are refused. */
  const ALLOWED: readonly (readonly [IncidentState, IncidentStep, IncidentState])[] = [
    ['draft', 'revise', 'draft'],
    ['measuring', 'revise', 'draft'],
    ['measured', 'revise', 'draft'],
    ['draft', 'measure', 'measuring'],
    ['measured', 'measure', 'measuring'],
    ['measuring', 'freeze', 'measured'],
    ['measured', 'submit', 'submitted'],
    ['submitted', 'return', 'measured'],
    ['submitted', 'approve', 'approved'],
    ['approved', 'run', 'running'],
    ['running', 'pause', 'paused'],
    ['paused', 'resume', 'running'],
    ['running', 'finish', 'done'],
    ['paused', 'finish', 'done'],
    ...(['draft', 'measuring', 'measured', 'submitted', 'approved'] as const).map(
      (state) => [state, 'cancel', 'cancelled'] as const,
    ),
  ]

  it('are these and no others', () => {
    for (const state of INCIDENT_STATES)
      for (const step of INCIDENT_STEPS) {
        const row = ALLOWED.find(([from, own]) => from === state && own === step)
        const answer = takeStep(at(state), step, 'bob')
        expect(answer, `${step} from ${state}`).toMatchObject(
          row ? { ok: true, state: row[2] } : { ok: false, refusal: 'incident_state' },
        )
      }
  })

  it('make authors of those who write or submit, who cannot approve then', () => {
    const submitted = takeStep(at('measured'), 'submit', 'bob')
    expect(submitted).toMatchObject({ authors: ['ann', 'bob'] })
    const standing = { ...at('submitted'), authors: ['ann', 'bob'] }
    for (const person of ['ann', 'bob'])
      expect(takeStep(standing, 'approve', person)).toMatchObject({
        refusal: 'incident_same_person',
      })
    expect(takeStep(standing, 'approve', 'cyd')).toMatchObject({
      ok: true,
      authors: ['ann', 'bob'],
    })
  })

  it('to a run need something to give, within its ceilings', () => {
    const nothing = { ...at('measured'), measured: { ...measured, calls: 0 } }
    expect(takeStep(nothing, 'submit', 'bob')).toMatchObject({ refusal: 'incident_empty' })
    const credit = { ...nothing, measured: { ...measured, calls: 0, credited: 3 } }
    expect(takeStep(credit, 'submit', 'bob')).toMatchObject({ ok: true })
    const above = { ...at('submitted'), measured: { ...measured, withinCeilings: false } }
    expect(takeStep(above, 'approve', 'bob')).toMatchObject({ refusal: 'incident_above_ceiling' })
    expect(takeStep({ ...at('measured'), measured: null }, 'submit', 'bob')).toMatchObject({
      refusal: 'incident_empty',
    })
  })
})
