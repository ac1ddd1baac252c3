import { describe, expect, test } from 'vitest'
import type { Clock } from '../../src/cli/render/format.ts'
import { createStyle, PLAIN } from '../../src/cli/render/style.ts'
import { widthOf } from '../../src/cli/render/text.ts'
import { overviewLines } from '../../src/cli/views/overview.ts'
import { compactStatus, statusLines } from '../../src/cli/views/status.ts'
import type { AccountState } from '../../src/client/index.ts'

const clock: Clock = { now: () => Date.parse('2026-11-26T01:16:00Z'), timeZone: 'Asia/Tokyo' }

const window = {
  shape: 'anchored' as const,
  scope: {},
  state: 'open' as const,
  start: '2026-11-25T22:59:00.000Z',
  overshoot: '0',
}

const state: AccountState = {
  account_id: 'acct_1',
  name: '株式会社サンプル',
  as_of: '2026-11-26T01:15:58.000Z',
  seq: 918204,
  status: 'open',
  currency: 'USD',
  plan: 'max5x@2',
  paid_use: true,
  windows: [
    {
      ...window,
      id: 'session',
      length: 'PT5H',
      end: '2026-11-26T03:59:00.000Z',
      resets_at: '2026-11-26T03:59:00.000Z',
      capacity: '12',
      used: '5.2',
      held: '0.2',
      left: '6.6',
    },
    {
      ...window,
      id: 'weekly-opus',
      length: 'P7D',
      state: 'not_started',
      start: null,
      end: null,
      resets_at: null,
      capacity: '40',
      used: '0',
      held: '0',
      left: '40',
    },
  ],
  lots: [
    {
      id: 'lot_1',
      name: 'Launch 発売記念',
      category: 'promotional',
      origin: 'promotion',
      state: 'active',
      face: '50',
      price_paid: '0',
      remaining: '12.4',
      held: '0',
      effective_at: '2026-11-01T00:00:00.000Z',
      expires_at: '2026-12-03T00:00:00.000Z',
      position: 'after_windows',
      priority: 0,
      scope: { models: ['claude-*'] },
    },
  ],
  caps: [
    {
      id: 'cap_1',
      scope: 'account',
      scope_id: null,
      period: 'cycle',
      counts: 'money',
      amount: '50',
      spent: '49.86',
      held: '0.1',
      left: '0.04',
      resets_at: '2026-12-01T00:00:00.000Z',
    },
    {
      id: 'cap_2',
      scope: 'key',
      scope_id: 'key_\x1b[31mred',
      period: 'call',
      counts: 'paid',
      amount: '0',
      spent: '0',
      held: '0',
      left: '0',
      resets_at: null,
    },
  ],
  overage: { limit: '10', used: '1.5', held: '0', left: '8.5' },
  open_holds: 7,
  auto_reload: null,
  holds: [
    {
      call_id: 'call_1',
      model: 'claude-haiku-5.5',
      at: '2026-11-26T01:15:00.000Z',
      expires_at: '2026-11-26T01:30:00.000Z',
      money: '0.1',
      included: '0.2',
    },
  ],
}

const screen = (columns: number) => createStyle({ interactive: true, colour: false, columns })

describe('the status of an account', () => {
  test.each([40, 80, 120])('on a screen of %d columns', (columns) => {
    const lines = statusLines(state, { style: screen(columns), clock })
    expect(`\n${lines.join('\n')}\n`).toMatchSnapshot()
    for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(columns)
  })

  test('in a pipe: one line each, without bars', () => {
    const text = statusLines(state, { style: PLAIN, clock }).join('\n')
    expect(text).toContain(
      'session      45 % used - 55 % left - $5.20 of $12.00 - $0.20 held - resets in 2 h 43 min - Thu 26 Nov, 12:59 (Asia/Tokyo)',
    )
    expect(text).toContain('starts with your next call; lasts 7 d')
    for (const glyph of ['█', '░', '\x1b']) expect(text).not.toContain(glyph)
    expect(text).toContain('as of 10:15:58 - seq 918,204')
  })

  test('used and left always stand together', () => {
    for (const line of statusLines(state, { style: PLAIN, clock }))
      if (/\d+ % used/.test(line)) expect(line).toMatch(/\d+ % used - \d+ % left/)
  })

  test('a window whose reset has passed shows no old figures', () => {
    const later = { ...clock, now: () => Date.parse('2026-11-26T04:00:00Z') }
    const text = statusLines(state, { style: PLAIN, clock: later }).join('\n')
    expect(text).toContain(
      'session      ? used - ? left - its reset has passed 1 min ago; ask again',
    )
    expect(text).not.toContain('$5.20')
  })

  test('old figures say so', () => {
    const later = { ...clock, now: () => Date.parse('2026-11-26T01:20:00Z') }
    expect(statusLines(state, { style: PLAIN, clock: later }).join('\n')).toContain(
      '(4 min 2 s old)',
    )
  })

  test('a parked account', () => {
    const text = statusLines({ ...state, status: 'parked' }, { style: PLAIN, clock }).join('\n')
    expect(text).toContain('parked: nothing is charged')
  })
})

describe('what a plan has on top', () => {
  const [session, ...others] = state.windows
  const more: AccountState = {
    ...state,
    windows: [
      {
        ...session!,
        promotion: {
          id: 'double',
          name: 'Double \x1b[31mwindows',
          multiplier: '2',
          base_capacity: '6',
        },
      },
      ...others,
    ],
    resets: [
      {
        id: 'reset_2',
        name: 'Sorry',
        window_id: null,
        granted_at: '2026-11-20T00:00:00.000Z',
        expires_at: '2026-12-20T00:00:00.000Z',
      },
      {
        id: 'reset_1',
        name: 'おわび',
        window_id: 'session',
        granted_at: '2026-11-20T00:00:00.000Z',
        expires_at: '2026-11-27T00:00:00.000Z',
      },
    ],
  }

  test('a promotion stands at its window with both numbers; resets are listed, the first to end first', () => {
    const lines = statusLines(more, { style: PLAIN, clock })
    const text = lines.join('\n')
    expect(text).toContain(
      '$5.20 of $12.00 - $0.20 held - “Double ␛[31mwindows”: 2 times $6.00 - resets',
    )
    const at = lines.findIndex((line) => line.startsWith('Banked resets'))
    expect(lines.slice(at + 3, at + 5)).toEqual([
      expect.stringMatching(/^reset_1 +おわび +session +in 22 h/),
      expect.stringMatching(/^reset_2 +Sorry +any +in 23 d/),
    ])
  })

  test.each([40, 80, 120])('fits a screen of %d columns', (columns) => {
    for (const line of statusLines(more, { style: screen(columns), clock }))
      expect(widthOf(line), line).toBeLessThanOrEqual(columns)
  })

  test('nothing is said where there is none', () => {
    expect(statusLines(state, { style: PLAIN, clock }).join('\n')).not.toContain('reset_')
  })
})

test('one line for a prompt', () => {
  expect(compactStatus(state, clock)).toBe(
    'session 45 % used (2 h 43 min) | weekly-opus 0 % used | $12.40 promotional',
  )
})

test('all accounts of an operator', () => {
  const lines = overviewLines([state, { ...state, account_id: 'acct_2', windows: [], lots: [] }], {
    style: PLAIN,
    clock,
  })
  expect(`\n${lines.join('\n')}\n`).toMatchSnapshot()
})
