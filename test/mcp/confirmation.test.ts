import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { take } from '../../src/client/index.ts'
import type { Principal } from '../../src/contract/permissions.ts'
import { removeOldConfirmations } from '../../src/jobs/retention.ts'
import { expectVerified, journalOf } from '../api/support.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { type Mcp, startMcp } from './support.ts'

let mcp: Mcp
let tokens: Map<Principal, string>
let owner: string
let stranger: string
const clock = new SetClock('2026-11-26T12:00:00Z')
beforeAll(async () => {
  mcp = await startMcp({ clock })
  await mcp.account('own', { paid: '5' })
  tokens = await mcp.tokens('own')
  owner = tokens.get('owner')!
  await mcp.account('other')
  await mcp.operator.members.add('other', { member_id: 'o', name: 'O', role: 'owner' })
  stranger = (await mcp.operator.keys.create('other', { name: 'o', member_id: 'o' })).key
  for (const id of ['own', 'other'])
    await mcp.operator.paymentMethods.add(id, { method_ref: 'pm_card_de' })
  const cap = { id: 'month', scope: 'account', period: 'cycle', amount: '10' } as const
  await mcp.operator.accounts.setControls('own', { caps: [cap] })
})
afterAll(() => mcp?.close())

const BUY = { amount: '20' }
const RAISE = { cap_id: 'month', amount: '30', until: null, reason: 'A release' }

async function offered(token: string, args: object = BUY): Promise<string> {
  const answer = await mcp.ask(token, 'buy_credit', { ...args })
  expect(answer.status, answer.text).toBe('confirmation_required')
  return answer.confirmation!.token
}

const purchases = (id = 'own') => take(mcp.operator.purchases.list(id))

describe('a tool that moves money', () => {
  test('first says the sum, the tax, the card and how to take it back, and charges nothing', async () => {
    const before = await journalOf(mcp.server.pool)
    const answer = await mcp.ask(owner, 'buy_credit', BUY)
    expect(answer).toMatchObject({
      status: 'confirmation_required',
      result: null,
      confirmation: { amount: '23.8', currency: 'USD' },
    })
    const { sentence } = answer.confirmation!
    expect(sentence).toMatch(/You pay \$23\.80 now, once, with Visa \*\*\*\*0016/)
    expect(answer.sentences[1]).toBe(sentence)
    expect(await journalOf(mcp.server.pool)).toEqual(before)
    const ja = await mcp.ask(owner, 'buy_credit', { ...BUY, lang: 'ja' })
    expect(ja.confirmation?.sentence).toContain('$23.80')
    expect(ja.confirmation?.sentence).toMatch(/お支払い/)
  })

  test('does it once, however often and at once it is sent the same confirmation', async () => {
    const confirmation = await offered(owner)
    const before = (await purchases()).length
    const answers = await Promise.all(
      [1, 2, 3].map(() => mcp.ask(owner, 'buy_credit', { ...BUY, confirmation })),
    )
    const again = await mcp.ask(owner, 'buy_credit', { confirmation, ...BUY })
    for (const answer of [...answers, again]) expect(answer.status, answer.text).toBe('done')
    const ids = [...answers, again].map(
      ({ result }) => (result as { payment_id: string }).payment_id,
    )
    expect(new Set(ids).size).toBe(1)
    expect(await purchases()).toHaveLength(before + 1)
  })

  test.each<[what: string, ask: (token: string) => Promise<{ problem: unknown }>]>([
    [
      'made up',
      () => mcp.ask(owner, 'buy_credit', { ...BUY, confirmation: `confirm_${'0'.repeat(64)}` }),
    ],
    [
      'sent with another amount',
      (confirmation) => mcp.ask(owner, 'buy_credit', { amount: '2000', confirmation }),
    ],
    [
      'sent with one more argument',
      (confirmation) => mcp.ask(owner, 'buy_credit', { ...BUY, method_id: 'pm_x', confirmation }),
    ],
    [
      'sent to another tool',
      (confirmation) => mcp.ask(owner, 'withdraw', { payment_id: 'pay_x', confirmation }),
    ],
    [
      'sent by another member',
      (confirmation) => mcp.ask(tokens.get('billing')!, 'buy_credit', { ...BUY, confirmation }),
    ],
    [
      'sent by another account',
      (confirmation) => mcp.ask(stranger, 'buy_credit', { ...BUY, confirmation }),
    ],
    [
      'cut off',
      (confirmation) =>
        mcp.ask(owner, 'buy_credit', { ...BUY, confirmation: confirmation.slice(0, -1) }),
    ],
  ])('takes no confirmation that is %s', async (_what, ask) => {
    const confirmation = await offered(owner)
    const before = [await journalOf(mcp.server.pool), await purchases(), await purchases('other')]
    expect(await ask(confirmation)).toMatchObject({
      status: 'failed',
      problem: { code: 'confirmation_unknown' },
    })
    const after = [await journalOf(mcp.server.pool), await purchases(), await purchases('other')]
    expect(after).toEqual(before)
  })

  test('takes none after ten minutes', async () => {
    const confirmation = await offered(owner)
    clock.advance(10 * 60_000)
    expect(await mcp.ask(owner, 'buy_credit', { ...BUY, confirmation })).toMatchObject({
      problem: { code: 'confirmation_unknown' },
    })
  })

  test('keeps no token that could be read from the database', async () => {
    const token = await offered(owner)
    const { rows } = await mcp.server.pool.query(
      'select row_to_json(c)::text as kept from control.mcp_confirmation c',
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(token.slice('confirm_'.length))
  })
})

describe('a client that can ask its user', () => {
  test('asks with the very sentence, and buys once it was agreed to', async () => {
    const before = (await purchases()).length
    const heard: string[] = []
    const answer = await mcp.ask(owner, 'buy_credit', BUY, {
      says: (message) => {
        heard.push(message)
        return { action: 'accept', content: { agree: true } }
      },
    })
    expect(heard).toHaveLength(1)
    expect(heard[0]).toMatch(/You pay \$23\.80 now/)
    expect(answer).toMatchObject({ status: 'done', result: { status: 'credited' } })
    expect(await purchases()).toHaveLength(before + 1)
  })

  test.each([
    ['says no', { action: 'decline' }],
    ['closes the question', { action: 'cancel' }],
    ['agrees to nothing', { action: 'accept', content: { agree: false } }],
  ])('does nothing where the user %s', async (_what, said) => {
    const before = await purchases()
    const answer = await mcp.ask(owner, 'buy_credit', BUY, { says: () => said })
    expect(answer).toMatchObject({ status: 'refused', problem: null, result: null })
    expect(await purchases()).toEqual(before)
  })
})

describe('the other tools that change something', () => {
  test('a higher cap is asked for once, and changes no limit', async () => {
    const developer = tokens.get('developer')!
    const asked = await mcp.ask(owner, 'request_cap_raise', RAISE)
    expect(asked.confirmation?.sentence).toContain('No limit changes until')
    const { token: confirmation } = asked.confirmation!
    const made = [1, 2].map(() => mcp.ask(owner, 'request_cap_raise', { ...RAISE, confirmation }))
    const [first, second] = await Promise.all(made)
    expect(first).toMatchObject({ status: 'done', result: { state: 'requested', amount: '30' } })
    const { request_id } = first!.result as { request_id: string }
    expect(second?.result).toMatchObject({ request_id })
    expect(await take(mcp.operator.capRequests.list('own'))).toHaveLength(1)
    expect(
      (await mcp.ask(developer, 'request_cap_raise', { ...RAISE, cap_id: 'nope' })).problem,
    ).toMatchObject({ code: 'cap_unknown' })
  })

  test('a server that dies between taking a confirmation and acting on it loses nothing', async () => {
    const args = { ...RAISE, amount: '35' }
    const asked = await mcp.ask(owner, 'request_cap_raise', args)
    const { token: confirmation } = asked.confirmation!
    const taken = await mcp.server.pool.query(
      `update control.mcp_confirmation set used_at = made_at where used_at is null and
         tool = 'request_cap_raise'`,
    )
    expect(taken.rowCount).toBe(1)
    const before = (await take(mcp.operator.capRequests.list('own'))).length
    for (let turn = 0; turn < 2; turn += 1)
      expect(await mcp.ask(owner, 'request_cap_raise', { ...args, confirmation })).toMatchObject({
        status: 'done',
        result: { amount: '35' },
      })
    expect(await take(mcp.operator.capRequests.list('own'))).toHaveLength(before + 1)
  })

  test('confirmations that nobody can send any more are removed', async () => {
    await offered(owner)
    const nowMs = clock.now() + 2 * 86_400_000
    expect(await removeOldConfirmations(mcp.server.pool, nowMs)).toBeGreaterThan(0)
    const { rows } = await mcp.server.pool.query('select 1 from control.mcp_confirmation')
    expect(rows).toEqual([])
  })

  test('what has changed since the sentence is not done', async () => {
    const asked = await mcp.ask(owner, 'request_cap_raise', { ...RAISE, amount: '40' })
    const cap = { id: 'month', scope: 'account', period: 'cycle', amount: '12' } as const
    await mcp.operator.accounts.setControls('own', { caps: [cap] })
    const { token: confirmation } = asked.confirmation!
    expect(
      await mcp.ask(owner, 'request_cap_raise', { ...RAISE, amount: '40', confirmation }),
    ).toMatchObject({ status: 'refused', problem: { code: 'confirmation_outdated' } })
  })

  test('a purchase is paid back once, after its own sentence', async () => {
    const bought = await mcp.ask(owner, 'buy_credit', {
      ...BUY,
      confirmation: await offered(owner),
    })
    const { payment_id } = bought.result as { payment_id: string }
    const asked = await mcp.ask(owner, 'withdraw', { payment_id })
    expect(asked.confirmation).toMatchObject({ amount: '23.8', currency: 'USD' })
    expect(asked.confirmation?.sentence).toContain('$23.80 is paid back')
    const { token: confirmation } = asked.confirmation!
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await mcp.ask(owner, 'withdraw', { payment_id, confirmation })
      expect(answer, answer.text).toMatchObject({ status: 'done' })
      expect((answer.result as { refunds: unknown[] }).refunds).toHaveLength(1)
    }
    expect(await mcp.ask(owner, 'withdraw', { payment_id })).toMatchObject({ result: null })
  })

  test('and the books close', () => expectVerified(mcp.server.pool))
})
