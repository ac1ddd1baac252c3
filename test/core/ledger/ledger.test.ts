import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { selfCheck } from '../../../src/core/decisions/index.ts'
import {
  apply,
  bodyText,
  decodeState,
  type EntryBody,
  encodeState,
  GENESIS_HASH,
  LEDGER_ACCOUNTS,
} from '../../../src/core/ledger/index.ts'
import { plan, SESSION, usd } from '../../support/core/fixtures.ts'
import { admitted, Ledger, postedEntry } from '../../support/core/ledger.ts'

function story(): Ledger {
  const ledger = new Ledger({
    plans: [plan({ windows: [SESSION] })],
    paidUse: true,
    overage: '5',
    caps: [
      {
        id: 'cap',
        scope: 'account',
        scopeId: null,
        period: 'day',
        counts: 'money',
        amount: usd('30'),
      },
    ],
  })
  ledger.topUp('credits', '20', { tax: '2', price: '18' })
  ledger.grant('promo', '3')
  admitted(ledger.authorize('one', usd('9')))
  ledger.record('two', usd('6'))
  ledger.settle('one', usd('2'))
  ledger.record('three', usd('25'))
  ledger.refund('three', usd('4'))
  admitted(ledger.authorize('open', usd('1')))
  return ledger
}

describe('the chain', () => {
  test('links every entry to the one before: sha256 of the previous 32 bytes and the body', () => {
    let previous = GENESIS_HASH
    for (const { body, hash } of story().entries) {
      const bytes = Buffer.concat([Buffer.from(previous, 'hex'), Buffer.from(JSON.stringify(body))])
      expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'))
      previous = hash
    }
  })

  test('the text that is hashed is the same after a trip through JSON', () => {
    for (const { body } of story().entries)
      expect(bodyText(JSON.parse(bodyText(body)))).toBe(bodyText(body))
  })
})

describe('the state', () => {
  test('is the same after a trip through JSON', () => {
    const { state } = story()
    expect(decodeState(JSON.parse(JSON.stringify(encodeState(state!))))).toEqual(state)
  })

  test('is the fold of the journal and the open holds', () => {
    const ledger = story()
    expect(() => ledger.auditor.checkFold(ledger)).not.toThrow()
  })

  test('has an entry for each step, in a sequence without gaps', () => {
    const seqs = story().entries.map(({ body }) => body.seq)
    expect(seqs).toEqual(seqs.map((_, n) => n + 1))
  })

  test('a journal that does not begin with its opening is refused', () => {
    const [, second] = story().entries
    expect(() => apply(null, second!.body)).toThrow('does not begin with its opening')
  })
})

describe('postings', () => {
  test('stand on accounts of the chart only, and sum to zero in every asset', () => {
    const sums = new Map<string, bigint>()
    for (const { body } of story().entries)
      for (const [account, asset, amount] of body.postings) {
        expect(LEDGER_ACCOUNTS).toContain(account)
        sums.set(asset, (sums.get(asset) ?? 0n) + usd(amount))
      }
    expect([...sums]).toEqual([
      ['USD', 0n],
      ['USD.included', 0n],
    ])
  })
})

describe('the check inside the commit finds', () => {
  const change = () => {
    const ledger = story()
    const before = ledger.state!
    const entry = postedEntry(ledger.record('last', usd('1')))
    return { before, after: ledger.state!, entry }
  }
  const check = (spoil: Partial<EntryBody>, state = {}) => {
    const { before, after, entry } = change()
    return selfCheck(before, {
      type: 'change',
      state: { ...after, ...state },
      entry: { ...entry, ...spoil },
      hold: null,
      caps: [],
      capDefinitions: null,
      result: null,
    })
  }

  test('nothing wrong with what was decided', () => expect(check({})).toBeNull())

  test.each<[string, Partial<EntryBody>, string]>([
    [
      'postings that do not balance',
      {
        postings: [
          ['house:revenue', 'USD', '1'],
          ['customer:prepaid', 'USD', '-1.000000001', 'credits'],
        ],
      },
      'postings of USD sum to -1',
    ],
    ['a gap in the sequence', { seq: 99 }, 'seq 99 after'],
    [
      'a total that nobody carries',
      { totals: { total: '1', money: '0', included: '0', absorbed: '0' } },
      'the total is not what carries it',
    ],
    ['draws that are not the charge', { funding: [] }, 'the draws do not add up to the charge'],
  ])('%s', (_name, spoil, message) => {
    expect(check(spoil)).toContain(message)
  })

  test('a lot below zero, or held beyond what is left', () => {
    const lots = (remaining: string, held: string) => {
      const own = { ...change().after.lots[0]!, remaining: usd(remaining), held: usd(held) }
      return check({}, { lots: [own] })
    }
    expect(lots('-1', '0')).toContain('lot')
    expect(lots('1', '2')).toContain('lot')
    expect(lots('1', '-1')).toContain('lot')
    expect(lots('2', '2')).toBeNull()
  })

  test('a window drawn beyond its capacity', () => {
    const own = { ...change().after.windows[0]!, used: usd('10.000000001') }
    expect(check({}, { windows: [own] })).toContain('window session')
  })
})
