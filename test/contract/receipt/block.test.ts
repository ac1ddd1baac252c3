import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { BlockCardSchema, blockCard, buildReceipt } from '../../../src/contract/receipt/index.ts'
import { REFUSAL_CODES, type RefusalFacts } from '../../../src/core/ledger/entry.ts'
import { CASES } from './cases.ts'
import { body, call } from './journal.ts'

const validator = Compile(BlockCardSchema)
const refusedEntry = CASES.find(({ name }) => name === 'refused by a cap before the call')!
  .entries[0]!.body

describe('block cards', () => {
  it('say what blocked, where it stands, until when, who can change it, and that it cost nothing', () => {
    const card = blockCard(refusedEntry.refused!, refusedEntry, { currency: 'USD' })
    expect(card).toEqual({
      code: 'cap_reached',
      limit_type: 'cap',
      limit_id: 'cap_monthly',
      scope: 'account',
      scope_name: 'cap_monthly',
      period: 'cycle',
      currency: 'USD',
      limit: '5',
      spent: '4.98',
      held: '0',
      left: '0.02',
      needed: '0.42',
      resets_at: '2026-12-01T00:00:00.000Z',
      retryable: true,
      retry_after_s: 398_580,
      changeable_by: 'owner',
      actions: ['ask_owner_to_raise_cap', 'wait_for_reset', 'shorten_request'],
      model: 'claude-sonnet-5',
      field: null,
      reason: null,
      receipt_id: buildReceipt([{ body: refusedEntry, hash: 'a'.repeat(64) }]).receipt_id,
      charged: '0',
      as_of: refusedEntry.at,
      seq: 41,
    })
  })

  it('offer no waiting where waiting does not help', () => {
    const { retry_at: _, ...rest } = refusedEntry.refused!
    const refused = { ...rest, limit: { ...rest.limit!, resets_at: null } }
    const card = blockCard(refused, { ...refusedEntry, refused })
    expect(card).toMatchObject({ retryable: false, resets_at: null })
    expect(card).not.toHaveProperty('retry_after_s')
    expect(card.actions).not.toContain('wait_for_reset')
  })

  it('offer to switch on paid use only where it is off', () => {
    const refused: RefusalFacts = {
      code: 'window_exhausted',
      limit: { type: 'window', id: 'session', resets_at: '2026-11-26T12:00:00.000Z' },
      retry_at: '2026-11-26T12:00:00.000Z',
      changeable_by: 'owner',
    }
    const actionsWith = (reason: 'switched_off' | 'exhausted') =>
      blockCard(
        refused,
        body('authorize', 41, {
          call,
          refused,
          funding: [{ class: 'paid', source: 'lot_topup', free: '9', drawn: '0', reason }],
        }),
      ).actions
    expect(actionsWith('switched_off')).toContain('ask_owner_for_paid_use')
    expect(actionsWith('exhausted')).not.toContain('ask_owner_for_paid_use')
  })

  it.each(REFUSAL_CODES)('%s has a card with something to do', (code) => {
    const card = blockCard({ code }, null, { call_id: 'call_1', currency: 'USD' })
    expect(validator.Check(card), JSON.stringify(validator.Errors(card))).toBe(true)
    const bare = blockCard({ code, changeable_by: 'operator' }, body('authorize', 41, { call }))
    expect(validator.Check(bare)).toBe(true)
    expect(card).toMatchObject({ charged: '0', receipt_id: 'rcpt_1', as_of: null })
    expect(card.actions.length).toBeGreaterThan(0)
  })
})
