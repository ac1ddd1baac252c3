import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatNanos, negate, readNanos, sum } from '../../../src/core/money/index.ts'
import { CAST } from '../../../src/demo/run/cast.ts'
import { run, temporaryFolder } from '../../cli/support/run.ts'
import { OPERATOR_TOKEN } from '../../demo/run/stage.ts'
import { openWorld, REPLAY_MS, type World } from '../../web/support/world.ts'
import { balances, hledger, isThere } from './hledger.ts'

/*
 * A second book-keeper: hledger, which knows nothing of Everycent, reads the exported journals of the demo,
 * checks that every transaction balances, and reckons the balances. They have to be ours.
 */

let world: World
const tried: Record<string, number> = { accounts: 0, transactions: 0, balances: 0 }
const count = (what: string, often: number): void => {
  tried[what] = (tried[what] ?? 0) + often
}
beforeAll(async () => {
  if (isThere) world = await openWorld()
}, REPLAY_MS)
afterAll(async () => {
  if (isThere) console.log(`proof hledger ${JSON.stringify(tried)}`)
  await world?.close()
})

async function exported(account: string): Promise<string> {
  const file = join(temporaryFolder(), `${account}.journal`)
  const { code, err } = await run(['journal', '--account', account, '--out', file], {
    env: { EVERYCENT_URL: world.url, EVERYCENT_TOKEN: OPERATOR_TOKEN },
  })
  expect(err).toBe('')
  expect(code).toBe(0)
  return file
}

/** The kind of each transaction. */
const kindsIn = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^\d{4}-\S+ \(\d+\) (\w+)/gm)].map(
    ([, kind = '']) => kind,
  )

describe.runIf(isThere)('hledger', () => {
  test.each(CAST.map(({ id }) => id))(
    'finds the books of %s balanced, and the balances ours',
    async (account) => {
      const file = await exported(account)
      hledger(file, 'check')
      const [state, statement] = await Promise.all([
        world.operator.accounts.state(account),
        world.operator.statements.get(account, 'open'),
      ])
      expect(statement.seq).toBe(state.seq)
      const theirs = balances(file, state.currency)
      const of = (category: 'paid' | 'promotional') =>
        sum(
          state.lots
            .filter((lot) => lot.category === category)
            .map((lot) => readNanos(lot.remaining)),
        )
      expect(theirs.get('customer:prepaid') ?? 0n).toBe(of('paid'))
      expect(theirs.get('customer:promotional') ?? 0n).toBe(of('promotional'))
      expect(formatNanos(negate((theirs.get('customer:overage_receivable') ?? 0n) as never))).toBe(
        state.overage?.used ?? '0',
      )
      expect([...theirs.values()].reduce((total, amount) => total + amount, 0n)).toBe(0n)
      count('accounts', 1)
      count('balances', theirs.size)
      for (const kind of kindsIn(file)) {
        count('transactions', 1)
        count(kind, 1)
      }
    },
  )

  test('finds a posting that was changed', async () => {
    const file = await exported(CAST[0]?.id ?? '')
    const text = readFileSync(file, 'utf8')
    const changed = text.replace(/^( {4}customer:prepaid {2})(\d)/m, '$19$2')
    expect(changed).not.toBe(text)
    writeFileSync(file, changed)
    expect(() => hledger(file, 'check')).toThrow(/could not balance/)
  })
})
