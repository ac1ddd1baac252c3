import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send, signIn } from '../api/browser.ts'
import { type Api, startNode, startStockedApi } from '../api/support.ts'

/* Somebody guesses passwords, as fast as it goes and at several servers at once. */

const PASSWORD = 'teapot gravel nineteen harbour'
const GUESSES = 40
/** Four without a wait, and the one that begins the first. */
const LOOKED_AT_MAX = 5

let nodes: readonly [Api, Api]
let laterMs = 0
beforeAll(async () => {
  const first = await startStockedApi({ nowMs: () => Date.now() + laterMs })
  nodes = [first, await startNode(first.database, { nowMs: () => Date.now() + laterMs })]
  for (const [account_id, member_id, email] of [
    ['own', 'ann', 'ann@example.com'],
    ['shared', 'bob', 'shared@example.com'],
    ['other', 'cay', 'shared@example.com'],
  ] as const) {
    await first.account(account_id)
    const member = { member_id, name: member_id, role: 'owner' as const, email }
    await first.done('addMember', { params: { account_id }, body: member })
    const cookie = await signIn(first, { account_id, member_id })
    const password = member_id === 'cay' ? `${PASSWORD} of cay` : PASSWORD
    await send(first, 'POST', '/v1/session/password', { cookie, body: { password } })
  }
})
afterAll(async () => {
  for (const node of [...nodes].reverse()) await node.close()
})

const enter = (node: number, name: string, password: string) =>
  send(nodes[node]!, 'POST', '/v1/sign_in/password', { body: { name, password } })

describe('guessing', () => {
  it('many passwords at once, at two servers, has no more looked at than one by one', async () => {
    const replies = await Promise.all(
      Array.from({ length: GUESSES }, (_value, index) =>
        enter(index % 2, 'ann@example.com', `${PASSWORD} ${index}`),
      ),
    )
    const codes = replies.map(({ body }) => body.code)
    const lookedAt = codes.filter((code) => code === 'sign_in_failed').length
    expect(codes.filter((code) => code === 'sign_in_locked')).toHaveLength(GUESSES - lookedAt)
    expect(lookedAt).toBeGreaterThan(0)
    expect(lookedAt).toBeLessThanOrEqual(LOOKED_AT_MAX)
    for (const node of [0, 1])
      expect((await enter(node, 'ann@example.com', PASSWORD)).body.code).toBe('sign_in_locked')
    laterMs += 10_000
    expect((await enter(1, 'ann@example.com', PASSWORD)).status).toBe(200)
  })

  it('does not count against whoever else has the address of the one whose password it was', async () => {
    for (let time = 0; time < 2 * LOOKED_AT_MAX; time += 1)
      expect((await enter(time % 2, 'shared@example.com', PASSWORD)).status).toBe(200)
    const { status } = await enter(0, 'shared@example.com', `${PASSWORD} of cay`)
    expect(status).toBe(200)
  })
})
