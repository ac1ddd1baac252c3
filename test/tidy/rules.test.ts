import { describe, expect, test } from 'vitest'
import { importsOf } from './imports.ts'
import { mask } from './mask.ts'
import { applyExceptions, check, functionsOf } from './rules.ts'

/** The rules that fire on one file, each once. */
const rulesOn = (path: string, text: string): string[] => [
  ...new Set(check([{ path, text }]).map(({ rule }) => rule)),
]
const messageOn = (path: string, text: string): string => check([{ path, text }])[0]?.message ?? ''

const from = (specifier: string): string => `import { a } from '${specifier}'\n`
const typeFrom = (specifier: string): string => `import type { A } from '${specifier}'\n`

describe('import direction', () => {
  const forbidden: [string, string][] = [
    ['src/core/money/nanos.ts', from('../../store/pool.ts')],
    ['src/core/money/nanos.ts', from('node:crypto')],
    ['src/core/money/nanos.ts', from('pg')],
    ['src/core/money/nanos.ts', from('../../config.ts')],
    ['src/core/money/nanos.ts', from('../time/index.ts')],
    ['src/core/usage/usage.ts', from('../pricing/index.ts')],
    ['src/core/pricing/rate.ts', from('../funding/index.ts')],
    ['src/core/funding/order.ts', from('../ledger/index.ts')],
    ['src/core/ledger/fold.ts', from('../decisions/settle.ts')],
    ['src/core/audit/detect.ts', from('../decisions/settle.ts')],
    ['src/core/audit/detect.ts', from('../pricing/index.ts')],
    ['src/core/decisions/settle.ts', from('../audit/detect.ts')],
    ['src/contract/schema.ts', from('../store/pool.ts')],
    ['src/store/pool.ts', from('../engine/engine.ts')],
    ['src/engine/engine.ts', from('../payments/stripe.ts')],
    ['src/gateway/proxy.ts', from('../api/server.ts')],
    ['src/api/server.ts', from('../mcp/tools.ts')],
    ['src/mcp/tools.ts', from('../jobs/expiry.ts')],
    ['src/jobs/expiry.ts', from('../gateway/proxy.ts')],
    ['src/notify/mail.ts', from('../engine/engine.ts')],
    ['src/client/client.ts', from('../contract/schema.ts')],
    ['src/client/client.ts', from('undici')],
    ['src/cli/receipt.ts', from('../store/pool.ts')],
    ['src/demo/replay.ts', from('../engine/engine.ts')],
    ['src/web/app.tsx', from('../core/ledger/index.ts')],
    ['src/api/server.ts', from('../main.ts')],
    ['src/cellar/wine.ts', from('../core/money/index.ts')],
    ['src/core/money/nanos.ts', `export * from '../../store/pool.ts'\n`],
    ['src/core/money/nanos.ts', `import {\n  a,\n  b,\n} from '../../store/pool.ts'\n`],
    ['src/store/pool.ts', `const later = import('../engine/engine.ts')\n`],
  ]
  test.each(forbidden)('%s may not: %s', (path, text) => {
    expect(rulesOn(path, text)).toContain('import direction')
  })

  const allowed: [string, string][] = [
    ['src/core/decisions/settle.ts', from('../ledger/index.ts')],
    ['src/core/usage/usage.ts', from('../time/index.ts')],
    ['src/core/money/nanos.ts', from('./ratio.ts')],
    ['src/core/audit/detect.ts', typeFrom('../pricing/index.ts') + from('../money/index.ts')],
    ['src/store/pool.ts', from('pg') + from('../core/money/index.ts') + from('../config.ts')],
    ['src/jobs/expiry.ts', from('../payments/stripe.ts')],
    ['src/client/client.ts', typeFrom('../contract/schema.ts')],
    ['src/client/client.ts', `import { type A, type B } from '../contract/schema.ts'\n`],
    ['src/cli/serve.ts', from('../engine/engine.ts')],
    ['src/web/app.tsx', from('../core/money/index.ts')],
    ['src/main.ts', from('./gateway/proxy.ts') + from('./api/server.ts')],
    ['src/core/money/nanos.ts', `// import { a } from '../../store/pool.ts'\n`],
  ]
  test.each(allowed)('%s may: %s', (path, text) => {
    expect(rulesOn(path, text)).toEqual([])
  })
})

describe('banned in core', () => {
  const banned = [
    'const a = Date.now()',
    'const a = new Date()',
    'const a = Math.random()',
    'const a = Number(b)',
    'const a = parseFloat(b)',
    'export async function a() {}',
    'await a',
    'const a = process.env',
    'console.log(a)',
    'setTimeout(a, 1)',
  ]
  test.each(banned)('%s', (code) => {
    expect(rulesOn('src/core/money/nanos.ts', `${code}\n`)).toEqual(['banned in core'])
    expect(messageOn('src/core/money/nanos.ts', `${code}\n`)).toMatch(/^line 1: .* banned .*: \w/)
    expect(rulesOn('src/store/pool.ts', `${code}\n`)).toEqual([])
  })

  test('not in comments, strings or other words', () => {
    const text = "// Date.now() is banned\nconst a = 'await Number(x)'\nconst b = a.toNumber(c)\n"
    expect(rulesOn('src/core/money/nanos.ts', text)).toEqual([])
  })
})

const lines = (count: number): string => 'a()\n'.repeat(count)

test('file length', () => {
  expect(rulesOn('src/core/money/nanos.ts', lines(250))).toEqual([])
  expect(rulesOn('src/core/money/nanos.ts', lines(251))).toEqual(['file length'])
  expect(rulesOn('src/store/pool.ts', lines(400))).toEqual([])
  expect(rulesOn('src/store/pool.ts', lines(401))).toEqual(['file length'])
  expect(rulesOn('scripts/build.mjs', lines(401))).toEqual(['file length'])
  expect(rulesOn('test/store/pool.test.ts', lines(900))).toEqual([])
  expect(rulesOn('src/store/generated/sql.ts', lines(900))).toEqual([])
})

describe('function length', () => {
  const body = (count: number): string => '  a()\n'.repeat(count)
  const shapes: [string, (count: number) => string][] = [
    ['a function', (count) => `export function f(): void {\n${body(count)}}\n`],
    ['a nested function', (count) => `const a = b(function f() {\n${body(count)}})\n`],
    [
      'parameters below one another',
      (count) => `function f(\n  b: B,\n): C {\n${body(count - 2)}}\n`,
    ],
    ['a returned object type', (count) => `function f(): { b: B } {\n${body(count)}}\n`],
    ['an arrow function', (count) => `const f = (b: B): C => {\n${body(count)}}\n`],
    ['a callback', (count) => `each.map((b) => {\n${body(count)}})\n`],
    ['a method', (count) => `class A {\n  f(b: B): C {\n${`  ${body(1)}`.repeat(count)}  }\n}\n`],
    [
      'elements with braces at their end',
      (count) => `function f() {\n  g(<A b={c} />)\n${body(count - 2)}  g(<A b={c} />)\n}\n`,
    ],
    [
      'a long branch inside',
      (count) => `function f() {\n  if (b) {\n${`  ${body(1)}`.repeat(count - 2)}  }\n}\n`,
    ],
  ]
  test.each(shapes)('%s', (_, make) => {
    expect(rulesOn('src/store/pool.ts', make(48))).toEqual([])
    expect(rulesOn('src/store/pool.ts', make(49))).toEqual(['function length'])
    expect(rulesOn('src/core/decisions/settle.ts', make(68))).toEqual([])
    expect(rulesOn('src/core/decisions/settle.ts', make(69))).toEqual(['function length'])
  })

  test('blocks, types and objects are no functions', () => {
    const text = `if (a(b)) {\n${body(60)}}\nfor (const a of b) {\n${body(60)}}\nif (\n  a\n) {\n${body(60)}}\nconst c = {\n${body(60)}}\ninterface D {\n${body(60)}}\n`
    expect(rulesOn('src/store/pool.ts', text)).toEqual([])
  })

  test('braces in strings do not count', () => {
    const text = "function f() {\n  a('\\\n}')\n  b(`\n}`)\n}\n"
    expect(functionsOf(text)).toEqual([{ name: 'f', line: 1, value: 6 }])
  })
})

test('folder depth', () => {
  expect(rulesOn('src/a/b/c/d.ts', '')).toEqual([])
  expect(rulesOn('src/a/b/c/d/e.ts', '')).toEqual(['folder depth'])
  expect(rulesOn('src/gateway/dialects/anthropic/b/c.ts', '')).toEqual([])
})

test('banned words', () => {
  expect(rulesOn('src/store/pool.ts', 'const userWallet = 1\n')).toEqual(['banned words'])
  expect(rulesOn('src/store/pool.ts', 'type QuotaState = 1\n')).toEqual(['banned words'])
  expect(rulesOn('src/store/pool.ts', "const code = 'insufficient_quota' // a quota\n")).toEqual([])
  expect(rulesOn('src/api/v2/server.ts', '')).toEqual(['banned words'])
  expect(rulesOn('src/api/utils.ts', '')).toEqual(['banned words'])
})

test('machine paths', () => {
  const home = ['', 'home', 'somebody', 'code'].join('/')
  expect(rulesOn('docs/start.md', `cd ${home}\n`)).toEqual(['machine paths'])
  expect(rulesOn('docs/start.md', 'GET https://example.com/home/page, ./work/x\n')).toEqual([])
})

describe('exceptions', () => {
  const finding = { rule: 'file length', file: 'src/a.ts', message: '', value: 300 }
  const exception = { rule: 'file length', file: 'src/a.ts', value: 300, reason: 'a table' }

  test('cover what they name, up to their value', () => {
    expect(applyExceptions([finding], [exception])).toEqual({ open: [], unneeded: [] })
    const longer = { ...finding, value: 301 }
    expect(applyExceptions([longer], [exception]).open).toEqual([longer])
    const elsewhere = { ...finding, file: 'src/b.ts' }
    expect(applyExceptions([elsewhere], [exception]).open).toEqual([elsewhere])
  })

  test('are reported when nothing needs them any more', () => {
    expect(applyExceptions([], [exception]).unneeded).toEqual([exception])
  })
})

describe('the scanner', () => {
  test('keeps code and blanks the rest, at the same places', () => {
    const text = "a('b') // c\n/* d\n*/ e`f$" + "{g({ h: 1 })}i`; const j = /k'\\/[/]l/; m / n / o"
    const { code } = mask(text)
    expect(code).toHaveLength(text.length)
    expect(code.replace(/ +/g, ' ')).toBe('a( ) \n \n e g({ h: 1 }) ; const j = ; m / n / o')
  })

  test('finds every form of import', () => {
    const text = `import a from 'a'
import * as b from 'b'
import type { C } from 'c'
import {
  type D,
  e,
} from 'd'
import 'f'
export * from 'g'
export type { H } from 'h'
const i = await import('i')
const text = "from 'j'"
`
    expect(
      importsOf(text).map(({ specifier, typesOnly }) => `${specifier}${typesOnly ? '*' : ''}`),
    ).toEqual(['a', 'b', 'c*', 'd', 'f', 'g', 'h*', 'i'])
  })
})
