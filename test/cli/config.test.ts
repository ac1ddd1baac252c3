import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { settingsTable } from '../../src/cli/serve/settings.ts'
import { type ConfigError, loadConfig, NUMBERS } from '../../src/config.ts'

const cwd = mkdtempSync(join(tmpdir(), 'everycent-config-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

let files = 0
function load(document: unknown, env: Record<string, string> = {}) {
  files += 1
  const file = join(cwd, `config-${files}.json`)
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document))
  return loadConfig({ file, env, cwd })
}

function problemsOf(document: unknown, env: Record<string, string> = {}): readonly string[] {
  try {
    load(document, env)
  } catch (error) {
    return (error as ConfigError).problems
  }
  throw new Error('the settings were accepted')
}

test('without a file: an own database, this machine only, no provider', () => {
  expect(loadConfig({ env: {}, cwd })).toMatchObject({
    database: { kind: 'embedded', dataDir: join(cwd, '.everycent/data') },
    listen: { host: '127.0.0.1', port: 8787 },
    operatorTokens: [],
    upstreams: {},
    logLevel: 'info',
  })
})

test('the environment wins over the file, the file over the default', () => {
  const config = load(
    { listen: { port: 9000 }, gateway: { drain_timeout_ms: 5000 }, engine: { queue_max: 7 } },
    { EVERYCENT_PORT: '9001', EVERYCENT_GATEWAY_DRAIN_TIMEOUT_MS: '6000' },
  )
  expect(config.listen.port).toBe(9001)
  expect(config.numbers['gateway.drain_timeout_ms']).toBe(6000)
  expect(config.numbers['engine.queue_max']).toBe(7)
  expect(config.numbers['engine.batch_max']).toBe(NUMBERS['engine.batch_max'].fallback)
})

describe('secrets', () => {
  const config = () => {
    writeFileSync(join(cwd, 'openai.key'), 'sk-from-a-file\n')
    return load(
      {
        database_url: 'postgres://user:hunter2@db/everycent',
        upstreams: {
          anthropic: { api_key_env: 'MY_KEY' },
          openai: { base_url: 'https://proxy.example/openai/', api_key_file: 'openai.key' },
        },
      },
      { MY_KEY: 'sk-ant-secret', EVERYCENT_OPERATOR_TOKEN: 'a-long-operator-token' },
    )
  }

  test('come from the environment and from files', () => {
    const { upstreams, operatorTokens } = config()
    expect(upstreams.anthropic?.apiKey.reveal()).toBe('sk-ant-secret')
    expect(upstreams.anthropic?.baseUrl).toBe('https://api.anthropic.com')
    expect(upstreams.openai?.apiKey.reveal()).toBe('sk-from-a-file')
    expect(upstreams.openai?.baseUrl).toBe('https://proxy.example/openai')
    expect(operatorTokens.map((token) => token.reveal())).toEqual(['a-long-operator-token'])
  })

  test('are never printed', () => {
    const shown = [
      JSON.stringify(config()),
      inspect(config(), { depth: 9, showHidden: true }),
      `${config().operatorTokens}`,
    ].join('\n')
    for (const secret of ['hunter2', 'sk-ant-secret', 'sk-from-a-file', 'a-long-operator-token'])
      expect(shown).not.toContain(secret)
    expect(shown).toContain('[secret]')
  })
})

describe('what is wrong is said with what to do', () => {
  test.each([
    ['a misspelt setting', { lisen: { port: 1 } }, /lisen\.port in .* is not a setting\..*Correct/],
    [
      'a number with a unit',
      { gateway: { hold_ttl_ms: '15m' } },
      /hold_ttl_ms is "15m", not a whole/,
    ],
    [
      'a number as text in the file is fine when whole',
      { engine: { queue_max: 1.5 } },
      /queue_max is 1.5/,
    ],
    [
      'a number out of range',
      { listen: { port: 70000 } },
      /listen.port is 70000, outside 0 to 65535/,
    ],
    [
      'a hold shorter than a call',
      { gateway: { hold_ttl_ms: 60000 } },
      /hold_ttl_ms \(60000\) must be larger than gateway.upstream_timeout_ms \(600000\)/,
    ],
    ['a database that is none', { database_url: 'mysql://x' }, /not a PostgreSQL address/],
    [
      'a provider without key',
      { upstreams: { openai: { base_url: 'https://x.example' } } },
      /upstream openai has no key: the variable OPENAI_API_KEY/,
    ],
    [
      'a key in the file',
      { upstreams: { openai: { api_key: 'sk-1' } } },
      /upstreams.openai.api_key in .* is not a setting/,
    ],
    [
      'a key file that is not there',
      { upstreams: { openai: { api_key_file: 'no' } } },
      /api_key_file names no, which cannot be read \(ENOENT\)/,
    ],
    ['a log level that is none', { log_level: 'loud' }, /log_level is "loud"\. Choose one of/],
    ['a text that is a number', { data_dir: 4 }, /data_dir is not a text/],
  ])('%s', (_name, document, expected) => {
    expect(problemsOf(document).join('\n')).toMatch(expected)
  })

  test('an address with a password in it is not repeated', () => {
    const document = { upstreams: { openai: { base_url: 'https://user:pw@x' } } }
    const problems = problemsOf(document, { OPENAI_API_KEY: 'sk' }).join('\n')
    expect(problems).toMatch(/openai.base_url is not a plain http or https address/)
    expect(problems).not.toContain('pw@')
  })

  test('a short operator token', () => {
    expect(problemsOf({}, { EVERYCENT_OPERATOR_TOKEN: 'short' })[0]).toMatch(/could be guessed/)
  })

  test('all problems at once', () => {
    expect(problemsOf({ a: 1, b: 2, log_level: 'x' })).toHaveLength(3)
  })

  test.each([
    ['no JSON', '{ not json', /is not JSON/],
    ['no object', '[]', /is not a JSON object/],
  ])('%s', (_name, text, expected) => {
    expect(problemsOf(text)[0]).toMatch(expected)
  })

  test('no such file', () => {
    expect(() => loadConfig({ file: 'missing.json', env: {}, cwd })).toThrow(
      /cannot be read \(ENOENT\)/,
    )
  })
})

test('the table of settings names every number and its variable', () => {
  const table = settingsTable()
  for (const name of Object.keys(NUMBERS)) expect(table).toContain(name)
  expect(table).toContain('EVERYCENT_GATEWAY_HOLD_TTL_MS')
})

test('tax is computed by the rows unless told, and by Stripe only where it takes the payments', () => {
  const keys = { STRIPE_API_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' }
  const stripe = { payments: { provider: 'stripe' } }
  expect(load(stripe, keys).payments).toMatchObject({ provider: 'stripe', tax: 'table' })
  const taxed = { payments: { ...stripe.payments, tax: 'stripe', terms_dir: 'terms' } }
  expect(load(taxed, keys)).toMatchObject({
    payments: { tax: 'stripe' },
    termsDir: join(cwd, 'terms'),
  })
  const simulated = { payments: { provider: 'simulated', tax: 'stripe' } }
  expect(problemsOf(simulated).join(' ')).toContain('but Stripe is not the provider')
  const unknown = { payments: { ...stripe.payments, tax: 'guess' } }
  expect(problemsOf(unknown, keys).join(' ')).toContain('payments.tax is "guess"')
})

describe('a provider of sign-in', () => {
  const oidc = { issuer: 'https://login.example/', client_id: 'everycent' }
  const env = { EVERYCENT_OIDC_CLIENT_SECRET: 'what-it-knows-us-by' }

  test('is none unless it is named', () => {
    expect(load({}).signIn).toEqual({ staffPasskeys: 'optional' })
  })

  test('is read with its defaults, and its secret is not printed', () => {
    const { signIn } = load({ sign_in: { oidc } }, env)
    expect(signIn.oidc).toMatchObject({
      issuer: 'https://login.example',
      clientId: 'everycent',
      scopes: 'openid email profile',
      label: 'Single sign-on',
      ...{ for: 'both', firstTime: 'known', domains: [] },
    })
    expect(signIn.oidc?.clientSecret.reveal()).toBe('what-it-knows-us-by')
    expect(inspect(signIn, { depth: 9, showHidden: true })).not.toContain('what-it-knows-us-by')
  })

  test('is read from the environment alone', () => {
    const { signIn } = load(
      {},
      {
        ...env,
        EVERYCENT_OIDC_ISSUER: 'http://localhost:9000',
        EVERYCENT_OIDC_CLIENT_ID: 'own',
        EVERYCENT_SIGN_IN_OIDC_FOR: 'staff',
        EVERYCENT_SIGN_IN_OIDC_FIRST_TIME: 'domains',
        EVERYCENT_SIGN_IN_OIDC_DOMAINS: 'House.example, other.example',
        EVERYCENT_SIGN_IN_STAFF_PASSKEY: 'required',
      },
    )
    expect(signIn).toMatchObject({
      staffPasskeys: 'required',
      oidc: { for: 'staff', firstTime: 'domains', domains: ['house.example', 'other.example'] },
    })
  })

  test.each<[string, object, Record<string, string>, RegExp]>([
    ['without TLS', { ...oidc, issuer: 'http://login.example' }, env, /not reached over TLS/],
    ['that is no address', { ...oidc, issuer: 'login' }, env, /not a plain http or https address/],
    ['without our id', { issuer: oidc.issuer }, env, /not who we are to it/],
    ['without a secret', oidc, {}, /not who we are to it/],
    ['that names nobody', { ...oidc, scopes: 'email' }, env, /has no "openid"/],
    ['for whom it does not know', { ...oidc, for: 'all' }, env, /both, members, staff/],
    ['with domains for nothing', { ...oidc, domains: 'a.example' }, env, /is not "domains"/],
    ['with no domain', { ...oidc, first_time: 'domains' }, env, /none is named/],
    [
      'with what is no domain',
      { ...oidc, first_time: 'domains', domains: '@a.example' },
      env,
      /no domain/,
    ],
    [
      'with domains for members',
      { ...oidc, for: 'members', first_time: 'domains', domains: 'a.example' },
      env,
      /for members only/,
    ],
  ])('%s is refused', (_name, own, variables, what) => {
    expect(problemsOf({ sign_in: { oidc: own } }, variables).join('\n')).toMatch(what)
  })
})

describe('proxies that are trusted', () => {
  const trusted = (given: unknown) => load({ listen: { trusted_proxies: given } }).trustedProxies

  test('are none unless they are named', () => {
    expect(load({}).trustedProxies).toBe(0)
    expect(load({}, { EVERYCENT_TRUSTED_PROXIES: '1' }).trustedProxies).toBe(1)
    expect(trusted(2)).toBe(2)
    expect(trusted('10.0.0.7, 10.1.0.0/16 2001:db8::/32')).toEqual([
      '10.0.0.7',
      '10.1.0.0/16',
      '2001:db8::/32',
    ])
  })

  test.each([
    'all',
    'true',
    '-1',
    '11',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '1, 2',
  ])('%s is refused', (given) => {
    const [problem = ''] = problemsOf({ listen: { trusted_proxies: given } })
    expect(problem).toContain('listen.trusted_proxies')
  })
})

describe('portals', () => {
  const PUBLIC = { public_url: 'https://billing.example.com' }

  test('nobody frames them and they lead nowhere unless told', () => {
    expect(loadConfig({ env: {}, cwd }).portal).toEqual({ frameOrigins: [], returnOrigins: [] })
  })

  test('sites are listed once each, as browsers write them', () => {
    const { portal } = load(
      { ...PUBLIC, portal: { return_origins: 'https://app.example.com/' } },
      {
        EVERYCENT_PORTAL_FRAME_ORIGINS:
          'https://app.example.com, https://APP.example.com:443 http://localhost:3000',
      },
    )
    expect(portal).toEqual({
      frameOrigins: ['https://app.example.com', 'http://localhost:3000'],
      returnOrigins: ['https://app.example.com'],
    })
  })

  test.each([
    ['https://*.example.com', 'stands for more than one site'],
    ['*', 'stands for more than one site'],
    ["'self'", 'stands for more than one site'],
    ['https://app.example.com;script-src', 'stands for more than one site'],
    ['app.example.com', 'is no address'],
    ['http://app.example.com', 'is not reached over https'],
    ['https:', 'is no address'],
    ['data:', 'is not reached over https'],
    ['https://app.example.com/billing', 'has more than scheme, host and port'],
    ['https://user@app.example.com', 'has more than scheme, host and port'],
    ['https://app.example.com?x', 'has more than scheme, host and port'],
  ])('%s is refused: it %s', (origin, why) => {
    for (const name of ['frame_origins', 'return_origins']) {
      const [problem, ...more] = problemsOf({ ...PUBLIC, portal: { [name]: origin } })
      expect(problem).toContain(`portal.${name} (EVERYCENT_PORTAL_${name.toUpperCase()})`)
      expect(problem).toContain(why)
      expect(problem).toContain('https://app.example.com')
      expect(more).toEqual([])
    }
  })

  test.each([undefined, 'http://billing.example.com'])(
    'frames need an own address with TLS, and not %s',
    (address) => {
      const portal = { frame_origins: 'https://app.example.com' }
      const given = { portal, ...(address !== undefined && { public_url: address }) }
      expect(problemsOf(given)).toEqual([expect.stringContaining('public_url is not an https')])
    },
  )

  test('the own machine counts as reached over TLS', () => {
    const portal = { frame_origins: 'http://127.0.0.1:3000' }
    expect(load({ public_url: 'http://localhost:8787', portal }).portal.frameOrigins).toHaveLength(
      1,
    )
  })
})
