import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type Role } from '../../src/contract/permissions.ts'
import { type Api, expectVerified, startNode, startStockedApi } from './support.ts'

let api: Api
let node: Api
const keys = new Map<string, string>()
const team = { account_id: 'team' }
const call = { model: 'small', prompt_tokens_max: 10, max_output_tokens: 10 }
const usage = { tokens: { input: 1_000, output: 100 } }

beforeAll(async () => {
  api = await startStockedApi()
  node = await startNode(api.database)
  await api.account('team')
  await api.account('elsewhere')
  for (const [id, role] of [
    ['ann', 'developer'],
    ['bob', 'developer'],
    ...ROLES.map((own) => [`the_${own}`, own] as const),
  ] as [string, Role][]) {
    await api.done('addMember', { params: team, body: { member_id: id, name: id, role } })
    const made = await api.done('createKey', { params: team, body: { name: id, member_id: id } })
    keys.set(id, made.key)
  }
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await node.close()
  await api.close()
})

const as = (id: string) => ({ as: keys.get(id)! })
const event_at = new Date().toISOString()
let requests = 0
const once = () => {
  requests += 1
  return { key: `once-${requests}` }
}

describe('members', () => {
  it('are added once, changed with their history, and removed with their keys', async () => {
    const body = { member_id: 'eve', name: 'Eve', role: 'admin' as const }
    const added = await api.call('addMember', { params: team, body })
    const again = await api.call('addMember', { params: team, body })
    expect([added.status, again.status]).toEqual([201, 200])
    const other = await api.call('addMember', { params: team, body: { ...body, name: 'Eva' } })
    expect(other.body.code).toBe('member_exists')
    const { key } = await api.done('createKey', {
      params: team,
      body: { name: 'eve', member_id: 'eve' },
    })
    const params = { ...team, member_id: 'eve' }
    await api.done('changeMember', { ...as('the_owner'), params, body: { role: 'developer' } })
    const denied = await api.call('listMembers', { as: key, params: team })
    expect(denied.body.items).toMatchObject([{ member_id: 'eve', role: 'developer' }])
    await api.done('removeMember', { params })
    expect((await api.call('getAccount', { as: key, params: team })).status).toBe(401)
    const { items } = await api.done('getMemberHistory', { params })
    expect(items.map((own) => [own.role, own.status, own.actor.type, own.actor.id])).toEqual([
      ['developer', 'removed', 'operator', expect.any(String)],
      ['developer', 'active', 'member', 'the_owner'],
      ['admin', 'active', 'operator', expect.any(String)],
    ])
    const dead = await api.call('createKey', {
      params: team,
      body: { name: 'x', member_id: 'eve' },
    })
    expect(dead.body.code).toBe('member_unknown')
  })

  it('keep an owner, also when two are removed at once', async () => {
    const params = { ...team, member_id: 'the_owner' }
    const last = await api.call('removeMember', { params })
    expect(last.body.code).toBe('last_owner')
    await api.account('duo')
    for (const member_id of ['one', 'two'])
      await api.done('addMember', {
        params: { account_id: 'duo' },
        body: { member_id, name: member_id, role: 'owner' },
      })
    const both = await Promise.all([
      api.call('removeMember', { params: { account_id: 'duo', member_id: 'one' } }),
      node.call('changeMember', {
        params: { account_id: 'duo', member_id: 'two' },
        body: { role: 'admin' },
      }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  it('an admin makes no owner, and no key that speaks for one', async () => {
    const admin = as('the_admin')
    const owner = { member_id: 'mallory', name: 'Mallory', role: 'owner' as const }
    expect((await api.call('addMember', { ...admin, params: team, body: owner })).status).toBe(403)
    for (const role of ['owner', 'billing'] as const) {
      const params = { ...team, member_id: 'the_admin' }
      const up = await api.call('changeMember', { ...admin, params, body: { role } })
      expect(up.status).toBe(403)
      const body = { name: 'x', member_id: `the_${role}` }
      expect((await api.call('createKey', { ...admin, params: team, body })).status).toBe(403)
    }
    const early = { name: 'x', member_id: 'not_yet' }
    const unknown = await api.call('createKey', { ...admin, params: team, body: early })
    expect(unknown.body.code).toBe('member_unknown')
  })

  it('who becomes an owner needs new keys', async () => {
    const body = { member_id: 'zoe', name: 'Zoe', role: 'developer' as const }
    await api.done('addMember', { params: team, body })
    const made = await api.done('createKey', {
      ...as('the_admin'),
      params: team,
      body: { name: 'zoe', member_id: 'zoe' },
    })
    const params = { ...team, member_id: 'zoe' }
    await api.done('changeMember', { params, body: { role: 'owner' } })
    expect((await api.call('getAccount', { as: made.key, params: team })).status).toBe(401)
    await api.done('changeMember', { params, body: { role: 'developer' } })
  })

  it('make keys for themselves, and see no other', async () => {
    const body = { name: 'laptop' }
    const made = await api.done('createKey', { ...as('ann'), params: team, body })
    expect(made.member_id).toBe('ann')
    const other = { ...body, member_id: 'bob' }
    const foreign = await api.call('createKey', { ...as('ann'), params: team, body: other })
    expect(foreign.body.code).toBe('member_unknown')
    const { items } = await api.done('listKeys', { ...as('bob'), params: team })
    expect(items.map(({ member_id }) => member_id)).toEqual(['bob'])
    const params = { ...team, key_id: made.key_id }
    expect((await api.call('revokeKey', { ...as('bob'), params })).body.code).toBe('key_unknown')
    await api.done('revokeKey', { ...as('ann'), params })
  })
})

describe('members see their own use only', () => {
  beforeAll(async () => {
    for (const [member, id] of [
      ['ann', 'call_ann1'],
      ['bob', 'call_bob1'],
      ['bob', 'call_bob2'],
    ] as const) {
      const body = { call_id: id, model: 'small', usage, event_at }
      await api.done('record', { ...as(member), body })
    }
    await api.done('authorize', { ...as('bob'), body: { ...call, call_id: 'call_bob3' } })
  })

  it('calls, entries, sums, state and keys hold nothing of another member', async () => {
    const ann = { ...as('ann'), params: team }
    const answers = await Promise.all([
      api.call('listCalls', ann),
      api.call('listEntries', ann),
      api.call('getUsage', ann),
      api.call('getState', ann),
      api.call('listKeys', ann),
      api.call('listMembers', ann),
      api.call('listCapRequests', ann),
      api.call('getEffectiveCaps', ann),
    ])
    for (const { status, text } of answers) {
      expect(status, text).toBe(200)
      expect(text).not.toContain('bob')
    }
    const [calls, entries, sums, state] = answers
    expect(calls!.body.items).toMatchObject([{ call_id: 'call_ann1' }])
    expect(entries!.body.items).toHaveLength(1)
    expect(sums!.body).toMatchObject({ member_id: 'ann', totals: { attempts: 1 } })
    expect(state!.body).toMatchObject({ holds: [], open_holds: 0 })
    const all = await api.done('getUsage', { ...as('the_usage_viewer'), params: team })
    expect(all).toMatchObject({ member_id: null, totals: { attempts: 3 } })
    const bobs = await api.done('getUsage', {
      ...as('the_billing'),
      params: team,
      query: { member_id: 'bob' },
    })
    expect(bobs.totals.attempts).toBe(2)
  })

  it('another member’s receipt, call in flight and records look absent', async () => {
    const receipt = (id: string, who = 'ann') =>
      api.call('getReceipt', { ...as(who), params: { receipt_id: id } })
    for (const id of ['rcpt_bob1', 'rcpt_bob3'])
      expect((await receipt(id)).text).toBe((await receipt('rcpt_absent')).text)
    expect((await receipt('rcpt_ann1')).status).toBe(200)
    expect((await receipt('rcpt_bob1', 'the_admin')).status).toBe(200)
    const explained = await api.call('explainReceipt', {
      ...as('ann'),
      params: { receipt_id: 'rcpt_bob1' },
    })
    expect(explained.body.code).toBe('receipt_unknown')
    const ends = (id: string) => [
      api.call('settle', { ...as('ann'), body: { call_id: id, usage } }),
      api.call('release', { ...as('ann'), body: { call_id: id } }),
      api.call('extend', { ...as('ann'), body: { call_id: id, ttl_seconds: 60 } }),
    ]
    const foreign = await Promise.all([...ends('call_bob3'), ...ends('call_bob1')])
    const absent = await Promise.all([...ends('call_none'), ...ends('call_none')])
    expect(foreign.map(({ text }) => text)).toEqual(absent.map(({ text }) => text))
    for (const ask of [
      api.call('listCalls', { ...as('ann'), params: team, query: { member_id: 'bob' } }),
      api.call('getUsage', { ...as('ann'), params: team, query: { member_id: 'bob' } }),
      api.call('getEffectiveCaps', { ...as('ann'), params: team, query: { member_id: 'bob' } }),
    ])
      expect((await ask).body.code).toBe('member_unknown')
    await api.done('settle', { ...as('bob'), body: { call_id: 'call_bob3', usage } })
  })

  it('pages of calls hold no other member’s, whatever the cursor', async () => {
    const query = { limit: 1 }
    const first = await api.done('listCalls', { ...as('bob'), params: team, query })
    const cursor = first.next_cursor!
    const pages = await api.done('listCalls', { ...as('ann'), params: team, query: { cursor } })
    expect(JSON.stringify(pages)).not.toContain('bob')
  })
})

describe('paid use', () => {
  const state = () => api.done('getState', { params: team })
  const turn = (id: string, paid_use: boolean) =>
    api.call('setControls', { ...as(id), ...once(), params: team, body: { paid_use } })

  it('is turned by an owner alone, and changes that and nothing else', async () => {
    for (const role of ROLES.filter((own) => own !== 'owner'))
      expect((await turn(`the_${role}`, true)).status).toBe(403)
    const before = await state()
    const { body } = await turn('the_owner', true)
    const after = await state()
    expect(body).toMatchObject({
      kind: 'set_controls',
      actor: {
        type: 'member',
        id: 'the_owner',
        from: 'PATCH /v1/accounts/{account_id}/controls',
      },
      postings: [],
    })
    expect(after).toEqual({ ...before, paid_use: true, seq: before.seq + 1, as_of: after.as_of })
    const history = await api.done('listEntries', { params: team, query: { kind: 'set_controls' } })
    expect(history.items[0]).toMatchObject({ actor: { id: 'the_owner' } })
  })

  it('is turned by the operator on the owner’s behalf, with a reason', async () => {
    const ask = (body: { paid_use: boolean; reason?: string }) =>
      api.call('setControls', { ...once(), params: team, body })
    expect((await ask({ paid_use: false })).body.errors).toMatchObject([
      { location: 'body/reason' },
    ])
    const { body } = await ask({ paid_use: true, reason: 'ticket 12, by the owner’s mail' })
    expect(body).toMatchObject({
      reason: 'ticket 12, by the owner’s mail',
      actor: { type: 'operator' },
    })
  })

  it('what may be owed is the operator’s to say', async () => {
    const body = { overage_limit: '5' }
    const ask = api.call('setControls', { ...as('the_owner'), ...once(), params: team, body })
    expect((await ask).status).toBe(403)
  })
})

describe('requests to raise a cap', () => {
  const until = new Date(Date.now() + 3_600_000).toISOString()
  const request = async (who: string, cap_id: string, amount = '3') =>
    api.call('requestRaise', {
      ...as(who),
      ...once(),
      params: team,
      body: { cap_id, amount, until, reason: 'release week' },
    })

  beforeAll(async () => {
    await api.done('setControls', {
      ...as('the_billing'),
      ...once(),
      params: team,
      body: {
        caps: [
          {
            id: 'each',
            scope: 'member',
            scope_id: '*',
            period: 'week',
            amount: '1',
            counts: 'all',
          },
          { id: 'web', scope: 'project', scope_id: 'web', period: 'cycle', amount: '9' },
        ],
      },
    })
  })

  it('show the chain of caps with source, numbers and who can raise them', async () => {
    await api.done('record', {
      ...as('ann'),
      body: { call_id: 'call_ann2', model: 'small', usage, event_at: new Date().toISOString() },
    })
    const { items } = await api.done('getEffectiveCaps', { ...as('ann'), params: team })
    expect(items).toMatchObject([
      {
        id: 'each',
        source: 'each_member',
        amount: '1',
        spent: '0.002',
        left: '0.998',
        changeable_by: ['owner', 'billing', 'admin'],
      },
    ])
    const bobs = await api.done('getEffectiveCaps', { params: team, query: { member_id: 'bob' } })
    expect(bobs.items[0]).toMatchObject({ id: 'each', spent: '0' })
  })

  it('are approved once, also by two at the same moment on two servers', async () => {
    const made = await request('ann', 'each')
    expect(made).toMatchObject({ status: 201, body: { state: 'requested', member_id: 'ann' } })
    const params = { ...team, request_id: String(made.body.request_id) }
    expect((await api.call('getCapRequest', { ...as('bob'), params })).body.code).toBe(
      'cap_request_unknown',
    )
    expect((await api.call('approveCapRequest', { ...as('ann'), params, body: {} })).status).toBe(
      403,
    )
    const both = await Promise.all([
      api.call('approveCapRequest', { ...as('the_owner'), params, body: { amount: '2' } }),
      node.call('denyCapRequest', { ...as('the_admin'), params, body: { reason: 'no' } }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(both.find(({ status }) => status === 409)!.body.code).toBe('cap_request_decided')
    const { decision } = await api.done('getCapRequest', { ...as('ann'), params })
    expect(decision).toMatchObject({ decided_by: { type: 'member' } })
  })

  it('raise the limit of the one who asked, and nobody else’s; a repeat is the same answer', async () => {
    const made = await request('bob', 'each', '4')
    const params = { ...team, request_id: String(made.body.request_id) }
    const ask = { ...as('the_billing'), params, body: { amount: '2.5' } }
    const first = await api.done('approveCapRequest', ask)
    const again = await api.done('approveCapRequest', ask)
    expect(again.decision).toEqual(first.decision)
    const chain = (member_id: string) =>
      api.done('getEffectiveCaps', { params: team, query: { member_id } })
    expect((await chain('bob')).items[0]).toMatchObject({
      amount: '2.5',
      base_amount: '1',
      raised_until: until,
    })
    expect((await chain('the_owner')).items[0]).toMatchObject({ amount: '1' })
    expect(JSON.stringify(await chain('the_owner'))).not.toContain('raised_until')
    await expectVerified(api.database.pool)
  })

  it('are withdrawn by who asked, and listed by state', async () => {
    const made = await request('ann', 'each', '5')
    const params = { ...team, request_id: String(made.body.request_id) }
    expect((await api.call('withdrawCapRequest', { ...as('bob'), params })).body.code).toBe(
      'cap_request_unknown',
    )
    await api.done('withdrawCapRequest', { ...as('ann'), params })
    const query = { state: 'withdrawn' as const }
    const { items } = await api.done('listCapRequests', { ...as('ann'), params: team, query })
    expect(items).toMatchObject([{ request_id: params.request_id, state: 'withdrawn' }])
    const late = await api.call('approveCapRequest', { ...as('the_owner'), params, body: {} })
    expect(late.body.code).toBe('cap_request_decided')
  })

  it('about a cap of others look absent', async () => {
    const foreign = await request('ann', 'web', '20')
    const absent = await request('ann', 'nothing', '20')
    expect(foreign.body.code).toBe('cap_unknown')
    expect(foreign.text).toBe(absent.text)
  })
})

describe('a cap on each member', () => {
  it('holds for each on two servers at once', async () => {
    await api.account('pair', { plan: 'no_windows' })
    const params = { account_id: 'pair' }
    await api.done('topUp', {
      params,
      body: { payment_id: 'pay_pair', price: '100', expires_at: null },
    })
    await api.done('setControls', {
      ...once(),
      params,
      body: {
        paid_use: true,
        caps: [{ id: 'each', scope: 'member', scope_id: '*', period: 'day', amount: '0.01' }],
      },
    })
    const ask = (at: Api, member_id: string, n: number) =>
      at.call('authorize', {
        body: {
          account_id: 'pair',
          member_id,
          call_id: `call_${member_id}_${n}`,
          model: 'small',
          prompt_tokens_max: 1_000,
          max_output_tokens: 100,
        },
      })
    const asked = await Promise.all(
      ['m1', 'm2'].flatMap((member) =>
        Array.from({ length: 10 }, (_, n) => ask(n % 2 === 0 ? api : node, member, n)),
      ),
    )
    const admitted = asked.filter(({ status }) => status === 200)
    expect(admitted).toHaveLength(10)
    const refused = asked.find(({ status }) => status === 402)!
    expect(refused.body).toMatchObject({ code: 'cap_reached', block: { limit_id: 'each' } })
    for (const member_id of ['m1', 'm2']) {
      const { items } = await api.done('getEffectiveCaps', { params, query: { member_id } })
      expect(items[0]).toMatchObject({ held: '0.01', left: '0' })
    }
  })
})

describe('projects', () => {
  it('are added once, renamed and archived', async () => {
    const body = { project_id: 'web', name: 'Web' }
    const admin = { ...as('the_admin'), params: team }
    expect((await api.call('addProject', { ...admin, body })).status).toBe(201)
    expect((await api.call('addProject', { ...admin, body })).status).toBe(200)
    const taken = await api.call('addProject', { ...admin, body: { ...body, name: 'Other' } })
    expect(taken.body.code).toBe('project_exists')
    const params = { ...team, project_id: 'web' }
    await api.done('changeProject', { ...as('the_admin'), params, body: { status: 'archived' } })
    const { items } = await api.done('listProjects', { ...as('ann'), params: team })
    expect(items).toMatchObject([{ project_id: 'web', name: 'Web', status: 'archived' }])
  })
})
