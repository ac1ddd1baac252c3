import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { verify } from '../../src/store/verify/index.ts'
import { Mortal } from './campaign-support.ts'
import {
  approved,
  colleague,
  type IncidentDocument,
  incident,
  step,
  work,
} from './incident-support.ts'
import { type Api, startStockedApi } from './support.ts'

/*
 * Calls that failed with a 429 were taken for successes. The entries are made by the real engine, from
 * evidence that says otherwise; no policy is published, so that nothing else gives them back.
 */

let api: Api
let second: string
let lead: string
let agent: string
const keys = new Map<string, string>()

beforeAll(async () => {
  api = await startStockedApi()
  second = await colleague(api, 'operator')
  lead = await colleague(api, 'support_lead')
  agent = await colleague(api, 'support')
})
afterAll(() => api.close())

let accounts = 0
/** An account with 1,000 of credit before the windows, so that every call draws money. */
async function account(): Promise<string> {
  accounts += 1
  const { id, key } = await api.account(`acct_${accounts}`)
  keys.set(id, key)
  await api.done('grant', {
    params: { account_id: id },
    body: {
      name: 'Gift',
      amount: '1000',
      effective_at: '2020-01-01T00:00:00Z',
      expires_at: null,
      position: 'before_windows',
    },
    key: 'gift',
  })
  return id
}

async function call(
  id: string,
  call_id: string,
  more: { readonly evidence?: object; readonly input?: number } = {},
): Promise<string> {
  const entry = await api.done('record', {
    as: keys.get(id)!,
    body: {
      call_id,
      model: 'small',
      usage: { tokens: { input: more.input ?? 1_000_000 } },
      event_at: new Date().toISOString(),
      evidence: { ...(more.evidence ?? { upstream_status: 429 }) },
    },
  })
  return entry.totals!.total
}

const left = async (account_id: string) => {
  const { lots } = await api.done('getState', { params: { account_id } })
  return lots.map(({ remaining }) => remaining)
}
const read = (incident_id: string) => api.done('getIncident', { params: { incident_id } })
const sound = async () => (await verify(api.pool)).ok
/** About these accounts alone, since all cases share one database. */
const about = (accountIds: readonly string[], more: Partial<IncidentDocument> = {}) => {
  const own = incident(`incident_${accountIds[0]!.replace('acct_', '')}`, more)
  return { ...own, scope: { ...own.scope, accounts: [...accountIds] } }
}

describe('an incident', () => {
  it('finds the harmed calls, gives each back once, and leaves all others alone', async () => {
    const [ann, bob] = [await account(), await account()]
    const before = [await left(ann), await left(bob)]
    const right = await call(ann, 'call_right', { evidence: { upstream_status: 200 } })
    await call(ann, 'call_wrong')
    await call(bob, 'call_in_band', { evidence: { in_band_error: { type: 'rate_limit_error' } } })
    await call(bob, 'call_other', { evidence: { in_band_error: { type: 'overloaded_error' } } })
    const document = about([ann, bob])
    const params = { incident_id: document.id }
    expect(await api.done('createIncident', { body: document })).toMatchObject({
      state: 'draft',
      calls: 0,
    })
    expect(await api.done('measureIncident', { params })).toMatchObject({
      state: 'measured',
      calls: 2,
      accounts: 2,
      accounts_looked_at: 2,
      to_give_back: '2',
    })
    const impact = await api.done('getIncidentImpact', { params })
    expect(impact).toMatchObject({
      due: '2',
      due_calls: 2,
      due_accounts: 2,
      by_plan: [{ plan: 'test@1', calls: 2, accounts: 2, due: '2' }],
      double_remedy: { calls: 0, amount: '0', incidents: [] },
    })
    expect(impact.sample.map(({ call_id }) => call_id).sort()).toEqual([
      'call_in_band',
      'call_wrong',
    ])
    expect([await left(ann), await left(bob)]).not.toEqual(before)
    await step(api, document.id, 'submit')
    await step(api, document.id, 'approve', second)
    await step(api, document.id, 'run')
    expect(await work(api)).toBe(2)
    expect(await read(document.id)).toMatchObject({
      state: 'done',
      progress: { given: 2, open: 0, nothing: 0, failed: 0, amount: '2', money: '2' },
    })
    expect(await left(bob)).toEqual([`${1000 - 1}`])
    expect(await left(ann)).toEqual([`${1000 - Number(right)}`])
    const receipt = await api.done('getReceipt', {
      as: keys.get(ann)!,
      params: { receipt_id: 'rcpt_wrong' },
    })
    expect(receipt).toMatchObject({
      status: 'refunded',
      corrections: [{ kind: 'refund', reason: `incident_${document.id}`, money: '-1' }],
    })
    expect(await work(api)).toBe(0)
    expect(await sound()).toBe(true)
  })

  it('is approved by somebody who has neither written, revised nor submitted it', async () => {
    const own = await account()
    await call(own, 'call_four_eyes')
    const document = about([own])
    const params = { incident_id: document.id }
    await api.done('createIncident', { body: document, as: lead })
    await api.done('reviseIncident', { params, body: document, as: second })
    await api.done('measureIncident', { params })
    await step(api, document.id, 'submit')
    for (const token of [lead, second, undefined]) {
      const refused = await api.call('stepIncident', {
        params,
        body: { step: 'approve' },
        ...(token !== undefined && { as: token }),
      })
      expect([refused.status, refused.body.code]).toEqual([409, 'incident_same_person'])
    }
    const third = await colleague(api, 'support_lead')
    expect(await step(api, document.id, 'approve', third)).toMatchObject({ state: 'approved' })
    const { events } = await api.done('getIncidentEvents', { params })
    expect(events.map(({ step: taken }) => taken)).toEqual([
      'created',
      'revise',
      'measure',
      'freeze',
      'submit',
      'approve',
    ])
  })

  it('is seen by support, written by its leads, and absent to account keys', async () => {
    const own = await account()
    const document = about([own])
    const denied = await api.call('createIncident', { body: document, as: agent })
    expect([denied.status, denied.body.code]).toEqual([403, 'permission_denied'])
    await api.done('createIncident', { body: document, as: lead })
    const params = { incident_id: document.id }
    expect(await api.done('getIncident', { params, as: agent })).toMatchObject({ state: 'draft' })
    expect((await api.call('getIncident', { params, as: keys.get(own)! })).status).toBe(403)
    expect((await api.call('getPublicIncidentReport', { params, as: null })).status).toBe(404)
  })

  it('subtracts what was given back before, or leaves such calls out', async () => {
    const own = await account()
    await call(own, 'call_partly')
    await call(own, 'call_wholly')
    const params = { account_id: own }
    await api.done('refund', {
      params,
      body: { call_id: 'call_partly', reason: 'complaint', amount: '0.4' },
    })
    await api.done('refund', { params, body: { call_id: 'call_wholly', reason: 'complaint' } })
    const document = about([own])
    await approved(api, document, second)
    expect(
      await api.done('getIncidentImpact', { params: { incident_id: document.id } }),
    ).toMatchObject({
      wrong: '2',
      due: '0.6',
      due_calls: 1,
      double_remedy: { calls: 2, amount: '1.4' },
    })
    const skipping = { ...document, id: `${document.id}_skip`, double_remedy: 'skip' as const }
    await api.done('createIncident', { body: skipping })
    expect(
      await api.done('measureIncident', { params: { incident_id: skipping.id } }),
    ).toMatchObject({ calls: 2, to_give_back: '0' })
    await step(api, document.id, 'run')
    await work(api)
    expect(await left(own)).toEqual(['1000'])
    const { items } = await api.done('listIncidentCalls', { params: { incident_id: document.id } })
    expect(items.map(({ state, reason, given }) => [state, reason, given])).toEqual([
      ['given', null, '0.6'],
      ['nothing', 'already_given', '0'],
    ])
  })

  it('gives nothing twice where somebody gives it back between measure and run', async () => {
    const own = await account()
    await call(own, 'call_meanwhile_1')
    await call(own, 'call_meanwhile_2')
    const document = about([own])
    await approved(api, document, second)
    const params = { account_id: own }
    await api.done('refund', {
      params,
      body: { call_id: 'call_meanwhile_1', reason: 'complaint', amount: '0.25' },
    })
    await api.done('refund', { params, body: { call_id: 'call_meanwhile_2', reason: 'complaint' } })
    await step(api, document.id, 'run')
    await work(api)
    expect(await left(own)).toEqual(['1000'])
    expect(await read(document.id)).toMatchObject({
      state: 'done',
      progress: { given: 1, nothing: 1, amount: '0.75' },
    })
  })

  it('gives nothing twice where two incidents are about the same calls', async () => {
    const own = await account()
    await call(own, 'call_overlap')
    const one = about([own])
    const two = { ...one, id: `${one.id}_b` }
    await approved(api, one, second)
    await approved(api, two, second)
    const impact = await api.done('getIncidentImpact', { params: { incident_id: two.id } })
    expect(impact.double_remedy.incidents).toEqual([{ incident_id: one.id, calls: 1, due: '1' }])
    await Promise.all([step(api, one.id, 'run'), step(api, two.id, 'run')])
    await work(api)
    expect(await left(own)).toEqual(['1000'])
    const done = [await read(one.id), await read(two.id)].map(({ progress }) => progress.amount)
    expect(done.sort()).toEqual(['0', '1'])
  })

  it('pauses, resumes, and gives once whatever two nodes do at the same moment', async () => {
    const own = await account()
    const calls = Array.from({ length: 30 }, (_, index) => `call_many_${index}`)
    for (const id of calls) await call(own, id, { input: 1000 })
    const document = about([own])
    await approved(api, document, second)
    await step(api, document.id, 'run')
    await step(api, document.id, 'pause')
    expect(await work(api)).toBe(0)
    expect(await read(document.id)).toMatchObject({ state: 'paused', progress: { open: 30 } })
    await step(api, document.id, 'resume')
    const pool = createPool(api.database.url, { max: 4, applicationName: 'another node' })
    const engine = await createEngine({ pool })
    await Promise.all([work(api), work({ pool, engine })])
    await engine.close()
    await pool.end()
    await work(api)
    expect(await read(document.id)).toMatchObject({ state: 'done', progress: { given: 30 } })
    expect(await left(own)).toEqual(['1000'])
    expect(await sound()).toBe(true)
  })

  it('killed after any number of steps ends as if it had not been', async () => {
    const own = await account()
    const calls = Array.from({ length: 4 }, (_, index) => `call_killed_${index}`)
    for (const id of calls) await call(own, id, { input: 1000 })
    const document = about([own], {
      notice: { en: 'Failed calls were charged.', ja: '失敗した呼び出しに課金しました。' },
      remedy: {
        refund: { of: 'charge' },
        goodwill: {
          percent: 100,
          max: '200',
          claim_until: new Date(Date.now() + 86_400_000).toISOString(),
          expires_after_days: 90,
        },
      },
    })
    await approved(api, document, second)
    await step(api, document.id, 'run')
    const mortal = new Mortal(api)
    let deaths = 0
    for (let steps = 0; (await read(document.id)).state === 'running'; steps += 1) {
      mortal.dieAfter(steps)
      if (
        await work(mortal).then(
          () => false,
          () => true,
        )
      )
        deaths += 1
      mortal.dieAfter(Number.POSITIVE_INFINITY)
      expect(steps).toBeLessThan(200)
    }
    expect(deaths).toBeGreaterThan(5)
    expect(await left(own)).toEqual(['1000'])
    const told = await api.done('listAlerts', {
      params: { account_id: own },
      query: { kind: 'incident_remedied' },
    })
    expect(told.items).toHaveLength(1)
    expect(told.items[0]).toMatchObject({
      message: { title: expect.stringContaining('Failed calls were charged') },
    })
    expect(await sound()).toBe(true)
  })
})

describe('a step that cannot be taken', () => {
  it('is refused and changes nothing', async () => {
    const own = await account()
    await call(own, 'call_steps')
    const document = about([own], { ceilings: { total: '0.5' } })
    const params = { incident_id: document.id }
    await api.done('createIncident', { body: document })
    const refusal = async (body: { step: 'submit' | 'run' | 'approve' | 'publish' | 'resume' }) =>
      (await api.call('stepIncident', { params, body })).body.code
    expect(await refusal({ step: 'submit' })).toBe('incident_state')
    expect(await refusal({ step: 'publish' })).toBe('incident_state')
    await api.done('measureIncident', { params })
    expect(await read(document.id)).toMatchObject({ ceiling_exceeded: 'total' })
    expect(await refusal({ step: 'submit' })).toBe('incident_above_ceiling')
    expect(await refusal({ step: 'run' })).toBe('incident_state')
    await api.done('reviseIncident', { params, body: about([own]) })
    expect(await read(document.id)).toMatchObject({ state: 'draft', calls: 0 })
    await api.done('measureIncident', { params })
    await step(api, document.id, 'submit')
    const [one, two] = await Promise.all([
      api.call('stepIncident', { params, body: { step: 'return' } }),
      api.call('stepIncident', { params, body: { step: 'return' } }),
    ])
    expect([one.status, two.status].sort()).toEqual([200, 409])
    await step(api, document.id, 'cancel')
    expect(await refusal({ step: 'submit' })).toBe('incident_state')
    expect(await left(own)).toEqual(['999'])
  })

  it('is refused where nothing was found, the period is not over, or the claim would be', async () => {
    const own = await account()
    const empty = about([own])
    await api.done('createIncident', { body: empty })
    await api.done('measureIncident', { params: { incident_id: empty.id } })
    const submit = { params: { incident_id: empty.id }, body: { step: 'submit' as const } }
    expect((await api.call('stepIncident', submit)).body.code).toBe('incident_empty')
    const future = { ...about([own]), id: `${empty.id}_future` }
    future.scope = { ...future.scope, until: '2100-01-01T00:00:00Z' }
    await api.done('createIncident', { body: future })
    const measured = await api.call('measureIncident', { params: { incident_id: future.id } })
    expect(measured.body.code).toBe('incident_not_over')
    await call(own, 'call_claim_over')
    const over = about([own], {
      id: `${empty.id}_over`,
      remedy: {
        goodwill: {
          percent: 100,
          max: '5',
          claim_until: '2020-06-01T00:00:00Z',
          expires_after_days: 9,
        },
      },
    })
    await api.done('createIncident', { body: over })
    await api.done('measureIncident', { params: { incident_id: over.id } })
    const late = await api.call('stepIncident', {
      params: { incident_id: over.id },
      body: { step: 'submit' },
    })
    expect(late.body.code).toBe('incident_claim_over')
  })

  it.each<[string, Partial<IncidentDocument>, string]>([
    ['no remedy', { remedy: {} }, 'body/remedy'],
    ['two corrections', { remedy: { refund: {}, rerate: { book: 'test-book' } } }, 'body/remedy'],
    ['findings without a rule', { remedy: { refund: { of: 'finding' } } }, 'body/remedy/refund/of'],
    [
      'a period that ends before it begins',
      { scope: { from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } },
      'body/scope/until',
    ],
    [
      'steps that fall',
      {
        remedy: {
          goodwill: {
            tiers: [
              { loss_from: '5', credit: '5' },
              { loss_from: '2', credit: '9' },
            ],
            claim_until: '2100-01-01T00:00:00Z',
            expires_after_days: 9,
          },
        },
      },
      'body/remedy/goodwill/tiers/1/loss_from',
    ],
    [
      'errors that are none',
      { scope: { ...incident('x').scope, errors: {} } },
      'body/scope/errors',
    ],
  ])('%s is named with its place', async (_name, more, location) => {
    const refused = await api.call('createIncident', { body: incident('wrong', more) })
    expect([refused.status, refused.body.code]).toEqual([422, 'incident_invalid'])
    expect(refused.body.errors).toEqual(
      expect.arrayContaining([expect.objectContaining({ location })]),
    )
  })

  it('is refused for an id that is taken, and a book that is not there', async () => {
    await api.done('createIncident', { body: incident('taken') })
    const again = await api.call('createIncident', { body: incident('taken') })
    expect(again.body.code).toBe('incident_exists')
    const rerate = incident('no_book', { remedy: { rerate: { book: 'absent' } } })
    expect((await api.call('createIncident', { body: rerate })).body.code).toBe(
      'price_book_unknown',
    )
  })
})

describe('the report', () => {
  it('is numbers of nobody in particular, in both languages, and public once it is published', async () => {
    const own = await account()
    await call(own, 'call_reported')
    const document = about([own], { notice: { en: 'A *bug*.', ja: '不具合です。' } })
    const params = { incident_id: document.id }
    await approved(api, document, second)
    await step(api, document.id, 'run')
    await work(api)
    const report = await api.done('getIncidentReport', { params })
    expect(report).toMatchObject({
      calls: 1,
      accounts: 1,
      wrong: '1',
      given_back: { calls: 1, accounts: 1, money: '1', included: '0' },
      goodwill: null,
      published_at: null,
    })
    expect(report.markdown.en).toContain('A \\*bug\\*.')
    expect(report.markdown.ja).toContain('失敗した呼び出しへの課金')
    expect(JSON.stringify(report)).not.toContain(own)
    expect((await api.call('getPublicIncidentReport', { params, as: null })).status).toBe(404)
    await step(api, document.id, 'publish')
    await step(api, document.id, 'publish')
    const open = await api.done('getPublicIncidentReport', { params, as: null })
    expect(open.published_at).not.toBeNull()
    expect(JSON.stringify(open)).not.toContain(own)
  })
})
