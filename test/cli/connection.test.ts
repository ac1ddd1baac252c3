import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resolveConnection } from '../../src/cli/connection.ts'
import type { Io } from '../../src/cli/io.ts'
import { forgetLocalServer, readLocalServer, writeLocalServer } from '../../src/cli/local.ts'
import { run, temporaryFolder } from './support/run.ts'

const ioOf = (cwd: string, env: Record<string, string> = {}): Io => ({ cwd, env }) as unknown as Io

describe('the folder beside a running server', () => {
  test('keeps its address and its token, the token for its owner only, neither for a repository', () => {
    const cwd = temporaryFolder()
    writeLocalServer(cwd, { url: 'http://127.0.0.1:9', token: 'operator-token-1' })
    expect(readLocalServer(cwd)).toEqual({ url: 'http://127.0.0.1:9', token: 'operator-token-1' })
    expect(statSync(join(cwd, '.everycent/operator-token')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(cwd, '.everycent/.gitignore'), 'utf8')).toBe('*\n')
  })

  test('a looser mode of an older file is tightened', () => {
    const cwd = temporaryFolder()
    mkdirSync(join(cwd, '.everycent'))
    writeFileSync(join(cwd, '.everycent/operator-token'), 'old', { mode: 0o644 })
    writeLocalServer(cwd, { url: 'http://127.0.0.1:9', token: 'new-operator-token' })
    expect(statSync(join(cwd, '.everycent/operator-token')).mode & 0o777).toBe(0o600)
  })

  test('is forgotten when the server ends', () => {
    const cwd = temporaryFolder()
    writeLocalServer(cwd, { url: 'http://127.0.0.1:9', token: 't' })
    forgetLocalServer(cwd, 'http://127.0.0.1:8')
    expect(readLocalServer(cwd)?.url).toBe('http://127.0.0.1:9')
    forgetLocalServer(cwd, 'http://127.0.0.1:9')
    expect(readLocalServer(cwd)).toBeUndefined()
  })
})

describe('where to ask, and as whom', () => {
  const withServer = (url: string) => {
    const cwd = temporaryFolder()
    writeLocalServer(cwd, { url, token: 'folder-token' })
    return cwd
  }

  test('the folder alone', () => {
    const cwd = withServer('http://127.0.0.1:9')
    expect(resolveConnection(ioOf(cwd), {})).toEqual({
      url: 'http://127.0.0.1:9',
      token: 'folder-token',
    })
  })

  test('flags win over the environment, the environment over the folder', () => {
    const cwd = withServer('http://127.0.0.1:9')
    const env = { EVERYCENT_URL: 'https://env.example', EVERYCENT_TOKEN: 'env-token' }
    expect(resolveConnection(ioOf(cwd, env), {})).toEqual({
      url: 'https://env.example',
      token: 'env-token',
    })
    const flags = { url: 'https://flag.example', token: 'flag-token' }
    expect(resolveConnection(ioOf(cwd, env), flags)).toEqual(flags)
  })

  test("a folder's address never gets a token from elsewhere, unless it is this machine", () => {
    const env = { EVERYCENT_TOKEN: 'mine' }
    expect(resolveConnection(ioOf(withServer('http://evil.example'), env), {}).url).toBe(
      'http://127.0.0.1:8787',
    )
    expect(resolveConnection(ioOf(withServer('http://127.0.0.1:9'), env), {}).url).toBe(
      'http://127.0.0.1:9',
    )
  })

  test("a folder's token never goes to another address", () => {
    const cwd = withServer('http://127.0.0.1:9')
    expect(() => resolveConnection(ioOf(cwd), { url: 'https://other.example' })).toThrow(
      /No token is given/,
    )
    expect(resolveConnection(ioOf(cwd), { url: 'http://127.0.0.1:9/' }).token).toBe('folder-token')
  })

  test.each(['notaurl', 'ftp://x', '', 'localhost:8787'])('%j is no address', async (url) => {
    const ran = await run(['status', '--url', url, '--token', 't'])
    expect([ran.code, ran.out]).toEqual([2, ''])
    expect(ran.err).toBe(
      `error: --url is not the address of a server: "${url}".\nAn address begins with http:// or https://.\nCorrect --url, such as http://127.0.0.1:8787.\n`,
    )
    if (url === '') return
    const fromEnv = await run(['status'], { env: { EVERYCENT_URL: url, EVERYCENT_TOKEN: 't' } })
    expect(fromEnv).toMatchObject({
      code: 2,
      err: expect.stringContaining('Correct EVERYCENT_URL'),
    })
  })

  test('nothing at all', async () => {
    const ran = await run(['status'])
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toMatch(/No server is known here\.[\s\S]*npm start/)
  })
})

describe('errors', () => {
  const answering = (status: number, body: object, headers: Record<string, string> = {}) =>
    (async () => new Response(JSON.stringify(body), { status, headers })) as typeof fetch
  const flags = ['--url', 'http://test', '--token', 't']

  test('a refusal: what, why, what next, exit 4', async () => {
    const body = {
      code: 'cap_reached',
      title: 'Spend cap reached',
      detail: 'No room.',
      status: 402,
    }
    const ran = await run(['receipt', 'rcpt_1', '-a', 'x', ...flags], {
      fetch: answering(402, body, { 'x-request-id': 'req_1' }),
    })
    expect(ran.code).toBe(4)
    expect(ran.err).toBe(
      'error: Spend cap reached (cap_reached).\nNo room.\n"docs/errors/cap_reached.md" tells more. Request req_1.\n',
    )
  })

  test('as JSON', async () => {
    const body = {
      code: 'unauthenticated',
      title: 'Credentials are missing or wrong',
      detail: 'Send a token.',
    }
    const ran = await run(['accounts', 'list', '--json', ...flags], { fetch: answering(401, body) })
    expect(ran.code).toBe(4)
    expect(JSON.parse(ran.err)).toEqual({
      error: {
        code: 'unauthenticated',
        message: 'Credentials are missing or wrong (unauthenticated).',
        why: 'Send a token.',
        next: 'Check --token or EVERYCENT_TOKEN.',
        problem: body,
      },
    })
  })

  test('an answer that is not ours links no page', async () => {
    const notOurs = (async () => new Response('<h1>Not here</h1>', { status: 404 })) as typeof fetch
    const ran = await run(['accounts', 'show', 'x', ...flags], { fetch: notOurs })
    expect(ran.err).toBe(
      'error: HTTP status 404 (http_404).\nIs it a server of Everycent that answers there? --url is its address without a path.\n',
    )
  })

  test('a file that is not there', async () => {
    const cwd = temporaryFolder()
    const ran = await run(['prices', 'publish', 'none.json', ...flags], { cwd })
    expect([ran.code, ran.out]).toEqual([2, ''])
    expect(ran.err).toBe(
      `error: There is no file none.json.\nIt was looked for at ${join(cwd, 'none.json')}.\nCorrect its name, or go to the folder that it is in.\n`,
    )
  })

  test('an invalid request names its fields, exit 2', async () => {
    const errors = [
      { location: 'body/amount', message: 'is a number', fix: 'Send it as a string.' },
    ]
    const body = {
      code: 'invalid_request',
      title: 'Request is not valid',
      detail: 'See errors.',
      errors,
    }
    const ran = await run(['accounts', 'show', 'x', ...flags], { fetch: answering(400, body) })
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('- body/amount: is a number: Send it as a string.')
  })

  test('a refusal says in words what its members say', async () => {
    const rule = { rule: 'plan_in', id: 'plan', passed: false, expected: ['pro'], actual: 'free' }
    const body = {
      code: 'controls_changed',
      title: 'Changed meanwhile',
      detail: 'Read it again.',
      field: 'paid_use',
      changed: { seq: 12, at: '2026-11-20T10:00:00.000Z', actor: { type: 'key', id: 'key_1' } },
      campaign: {
        rules: [
          { ...rule, action: null },
          { ...rule, id: 'held', passed: true },
        ],
      },
    }
    const argv = ['accounts', 'show', 'x', '--utc', ...flags]
    const ran = await run(argv, { fetch: answering(409, body) })
    expect(ran.err.split('\n').slice(1, 5)).toEqual([
      'Read it again.',
      'The field is "paid_use".',
      'Changed by key key_1, Fri 20 Nov, 10:00 (UTC) (entry 12).',
      'Plan: free; needed: pro.',
    ])
    const odd = { ...body, changed: 'by me', campaign: { rules: 7 } }
    expect((await run(argv, { fetch: answering(409, odd) })).err).toContain('Read it again.')
  })

  test('nobody there', async () => {
    const ran = await run(['accounts', 'show', 'x', '--url', 'http://127.0.0.1:1', '--token', 't'])
    expect(ran.code).toBe(1)
    expect(ran.err).toMatch(/did not answer[\s\S]*Is the server running there\?/)
  }, 15_000)

  test('what a server says cannot command the terminal', async () => {
    const body = { code: 'x\x1b[2J', title: '\x1b]0;pwn\x07', detail: 'a\nb\x9b' }
    const ran = await run(['accounts', 'show', 'x', ...flags], { fetch: answering(409, body) })
    for (const control of ['\x1b', '\x07', '\x9b']) expect(ran.err).not.toContain(control)
  })

  test.each([
    [['nonsense'], /unknown command 'nonsense'/],
    [['rate', '-d', 'anthropic', '--bok', 'x'], /unknown option '--bok'[\s\S]*--book/],
    [['grant', 'acct_1', '1.5e3', '--name', 'x', '--expires', 'never'], /must be an amount/],
    [['grant', 'acct_1', '-5', '--name', 'x', '--expires', 'never'], /error/],
    [['grant', 'acct_1', '5', '--name', 'x', '--expires', 'soon'], /must be a time with its zone/],
    [['grant', 'acct_1', '5', '--name', 'x'], /required option '--expires/],
    [['accounts', 'controls', 'a', '--cap', 'account=5'], /not a cap/],
    [
      ['staff', 'change', 'staff_1'],
      /Nothing is named that is to change[\s\S]*--name, --email or --role/,
    ],
    [['calls', '--limit', '0'], /whole number from 1/],
    [['calls', '--from', '2026-01-01T00:00:00'], /with its zone/],
  ])('a wrong command line: %j', async (argv, expected) => {
    const ran = await run([...argv, ...(argv[0] === 'rate' || argv[0] === 'nonsense' ? [] : flags)])
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(expected)
    expect(ran.out).toBe('')
  })
})

test.each([
  [['calls', '--nonsense'], "unknown option '--nonsense'", null],
  [['rate', '-d', 'anthropic', '--bok', 'x'], "unknown option '--bok'", '(Did you mean --book?)'],
  [
    ['grant', 'acct_1', '1.5e3', '--name', 'x', '--expires', 'never'],
    /^command-argument value/,
    null,
  ],
  [['campaigns'], 'A command is missing.', null],
])('a wrong command line under --json: %j', async (argv, message, why) => {
  const { code, out, err } = await run([...argv, '--json'])
  expect([code, out]).toEqual([2, ''])
  expect(JSON.parse(err).error).toEqual({
    ...{ code: 'usage', why, next: 'Run the command with --help to see what it takes.' },
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  })
})

test('help and version go to standard output', async () => {
  expect(await run(['--help'])).toMatchObject({ code: 0, err: '' })
  expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect((await run(['rate', '--help'])).out).toContain('--dialect')
})
