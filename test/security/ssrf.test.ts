import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig, Secret } from '../../src/config.ts'
import { GATEWAY_POLICY } from '../../src/gateway/policy.ts'
import { UpstreamClient } from '../../src/gateway/upstream.ts'
import {
  AddressRefused,
  checkAddress,
  guardedLookup,
  isPublicAddress,
  type Resolve,
  rulesOfOperator,
} from '../../src/guard/address.ts'
import { guardedFetch } from '../../src/guard/fetch.ts'
import { HttpPost } from '../../src/notify/http-post.ts'
import { closeServer, listen } from '../gateway/support/rig.ts'
import { bearer, startWhole, tally, type Whole } from './support.ts'

/* Somebody gives an address, and the server calls it from inside the operator's network. */

const told = tally('addresses')
let asked = 0
const inside = createServer((_req, res) => {
  asked += 1
  res.end('inside')
})
let insidePort: string
let whole: Whole
let key: string
beforeAll(async () => {
  insidePort = new URL(await listen(inside)).port
  whole = await startWhole()
  key = await whole.account('own')
})
afterAll(async () => {
  told.print()
  await whole.close()
  await closeServer(inside)
})

/** One address in every spelling that some reader of addresses takes for it. */
function spellings(v4: string): string[] {
  const [a, b, c, d] = v4.split('.').map(Number) as [number, number, number, number]
  const whole32 = ((a * 256 + b) * 256 + c) * 256 + d
  const hex = (n: number, digits = 2) => n.toString(16).padStart(digits, '0')
  const octal = (n: number) => `0${n.toString(8)}`
  const pair = `${hex(a)}${hex(b)}:${hex(c)}${hex(d)}`
  return [
    v4,
    `${v4}.`,
    `${whole32}`,
    `0x${hex(whole32, 8)}`,
    octal(whole32),
    [a, b, c, d].map(octal).join('.'),
    [a, b, c, d].map((n) => `0x${hex(n)}`).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.0x${hex(c)}.${octal(d)}`,
    v4.replaceAll('.', '%2e'),
    v4.replaceAll('.', '。'),
    [...v4]
      .map((one) => (one === '.' ? '．' : String.fromCodePoint(0xff10 + Number(one))))
      .join(''),
    `[::ffff:${v4}]`,
    `[::ffff:${pair}]`,
    `[0:0:0:0:0:ffff:${pair}]`,
    `[::${pair}]`,
    `[64:ff9b::${pair}]`,
    `[2002:${pair}::]`,
    `[2001:0:${pair}::]`,
    `[::ffff:0:${pair}]`,
  ]
}

const PRIVATE = [
  '127.0.0.1',
  '10.0.0.1',
  '172.16.5.4',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
]
const V6 = [
  '[::1]',
  '[::]',
  '[fe80::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[fec0::1]',
  '[2001:db8::1]',
]

const LINK = ['169.254.169.254', '100.100.100.200', '[fe80::1]', '[fd00:ec2::254]']

const outside: Resolve = async () => [{ address: '8.8.8.8', family: 4 }]

describe('an address inside', () => {
  it.each(PRIVATE)('%s is refused in every spelling, whatever a name would lead to', async (v4) => {
    for (const host of spellings(v4)) {
      told.count('spellings')
      const read = checkAddress(`https://${host}/x`, { allowPrivate: false, resolve: outside })
      await expect(read, host).rejects.toThrow()
    }
  })

  it.each(V6)('%s is refused', async (host) => {
    told.count('spellings')
    await expect(checkAddress(`https://${host}/`, { allowPrivate: false })).rejects.toThrow()
    expect(isPublicAddress(host.slice(1, -1))).toBe(false)
  })

  it.each(['localhost', 'LOCALHOST.', 'ip6-localhost', 'anything.localhost'])(
    'the name %s is refused once it is looked up',
    async (name) => {
      told.count('names')
      await expect(checkAddress(`https://${name}/`, { allowPrivate: false })).rejects.toThrow()
    },
  )

  it('cannot be entered as a webhook, and nothing of the inside is told', async () => {
    const hosts = [...spellings('127.0.0.1'), ...V6, 'localhost']
    for (const host of hosts) {
      told.count('webhooks entered')
      const reply = await whole.ask('POST', '/v1/accounts/own/notification_endpoints', {
        headers: {
          ...bearer(key),
          'idempotency-key': `hook-${host.length}-${hosts.indexOf(host)}`,
        },
        body: { channel: 'webhook', name: 'x', address: `https://${host}:${insidePort}/x` },
      })
      expect([400, 422], `${host}: ${reply.text}`).toContain(reply.status)
      expect(reply.text).not.toMatch(/ECONN|ENOTFOUND|refused by/)
    }
    expect(asked).toBe(0)
  })
})

describe('a name that changes its mind', () => {
  /** Outside when it is checked, inside from then on. */
  const rebinding = (): Resolve => {
    let times = 0
    return async () => {
      times += 1
      return [{ address: times === 1 ? '8.8.8.8' : '127.0.0.1', family: 4 }]
    }
  }

  it('between check and call is refused at the call', async () => {
    const resolve = rebinding()
    const rules = { allowPrivate: false, resolve }
    await checkAddress(`https://rebinding.example:${insidePort}/`, rules)
    const http = new HttpPost({ ...rules, timeoutMs: 2_000 })
    const message = { body: '{}', headers: {} }
    told.count('rebindings')
    expect(await http.post(`https://rebinding.example:${insidePort}/`, message)).toMatchObject({
      outcome: 'address_refused',
    })
    await http.close()
    expect(asked).toBe(0)
  })

  it('is connected to at the very address that was checked: one look-up for both', async () => {
    let looked = 0
    const resolve: Resolve = async () => {
      looked += 1
      return [{ address: looked === 1 ? '8.8.8.8' : '127.0.0.1', family: 4 }]
    }
    const given = await new Promise<unknown>((done) => {
      guardedLookup({ allowPrivate: false, resolve })('x.example', {}, (_error, address) =>
        done(address),
      )
    })
    expect([given, looked]).toEqual(['8.8.8.8', 1])
  })

  it('is refused where one of several addresses is inside, wherever it stands', async () => {
    const all = ['8.8.8.8', '1.1.1.1', '::ffff:10.0.0.1']
    for (let turn = 0; turn < all.length; turn += 1) {
      const list = [...all.slice(turn), ...all.slice(0, turn)]
      const resolve: Resolve = async () => list.map((address) => ({ address, family: 4 }))
      told.count('names')
      const read = checkAddress('https://mixed.example/', { allowPrivate: false, resolve })
      await expect(read).rejects.toThrow()
    }
  })
})

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%d to the inside is not followed', async (status) => {
    const before = asked
    const redirecting = createServer((_req, res) => {
      res.writeHead(status, { location: `http://127.0.0.1:${insidePort}/secret` }).end()
    })
    const url = await listen(redirecting)
    const http = new HttpPost({ allowPrivate: true, timeoutMs: 2_000 })
    told.count('redirects')
    expect(await http.post(url, { body: '{}', headers: {} })).toMatchObject({
      outcome: 'redirected',
    })
    await http.close()
    await closeServer(redirecting)
    expect(asked).toBe(before)
  })

  it('by a provider is handed to the client and not followed', async () => {
    const redirecting = createServer((req, res) => {
      req.resume()
      res.writeHead(302, { location: `http://127.0.0.1:${insidePort}/secret` }).end()
    })
    const settings = { baseUrl: await listen(redirecting), apiKey: new Secret('sk-x') }
    const client = new UpstreamClient('openai', settings, GATEWAY_POLICY)
    told.count('redirects')
    const status = await new Promise<number>((resolve, reject) => {
      const request = { method: 'GET', path: '/v1/models', headers: {}, body: null } as const
      client.send(request, {
        onHead: (given) => resolve(given),
        onData: () => {},
        onEnd: () => {},
        onBroken: (error) => reject(new Error(error.code)),
      })
    })
    await client.close()
    await closeServer(redirecting)
    expect(status).toBe(302)
    expect(asked).toBe(0)
  })
})

describe('an address that the operator has written', () => {
  const WRITTEN = [
    'http://127.0.0.1:8000',
    'http://[::1]',
    'https://10.0.0.7/v1',
    'http://localhost',
  ]
  const NAMES = [
    'https://api.example.com',
    'http://models.internal:8000',
    'https://localhost.example',
  ]
  const inside: Resolve = async () => [{ address: '10.0.0.7', family: 4 }]

  it('may be inside where it says so itself; a name may not lead there unsaid', async () => {
    for (const address of [...WRITTEN, ...NAMES]) {
      told.count('addresses of the operator')
      const rules = rulesOfOperator(address)
      expect(rules.allowPrivate, address).toBe(WRITTEN.includes(address))
      expect(rulesOfOperator(address, 'allowed').allowPrivate).toBe(true)
    }
    const rules = { ...rulesOfOperator('https://api.example.com'), resolve: inside }
    await expect(checkAddress('https://api.example.com', rules)).rejects.toThrow(AddressRefused)
    const allowed = { ...rulesOfOperator('https://api.example.com', 'allowed'), resolve: inside }
    await checkAddress('https://api.example.com', allowed)
  })

  it.each(LINK)(
    '%s, where clouds keep credentials, is refused whatever is allowed',
    async (host) => {
      const rules = { allowPrivate: true }
      for (const address of host.startsWith('[') ? [host] : spellings(host).slice(0, 16)) {
        told.count('spellings')
        await expect(checkAddress(`http://${address}/`, rules), address).rejects.toThrow()
      }
      const bare = host.replace(/^\[|\]$/g, '')
      const leading: Resolve = async () => [{ address: bare, family: bare.includes(':') ? 6 : 4 }]
      const named = checkAddress('http://x.example', { ...rules, resolve: leading })
      await expect(named).rejects.toThrow(AddressRefused)
      const settings = { cwd: '/', env: { ANTHROPIC_API_KEY: 'k' } }
      for (const env of ['EVERYCENT_ANTHROPIC_BASE_URL', 'EVERYCENT_OIDC_ISSUER'])
        expect(() =>
          loadConfig({ ...settings, env: { ...settings.env, [env]: `http://${host}` } }),
        ).toThrow(/where clouds keep credentials/)
    },
  )

  it('is a provider’s name that leads inside: its key goes nowhere, and the call costs nothing', async () => {
    const before = asked
    const settings = {
      baseUrl: `http://models.internal:${insidePort}`,
      apiKey: new Secret('sk-x'),
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    }
    const outcomeOf = async (own: object) => {
      const client = new UpstreamClient('openai', { ...settings, ...own }, GATEWAY_POLICY)
      const told = await new Promise<unknown>((resolve) => {
        const request = { method: 'GET', path: '/v1/models', headers: {}, body: null } as const
        client.send(request, {
          onHead: (status) => resolve(status),
          onData: () => {},
          onEnd: () => {},
          onBroken: resolve,
        })
      })
      await client.close()
      return told
    }
    expect(await outcomeOf({})).toEqual({ kind: 'refused', code: 'ADDRESS_REFUSED' })
    expect(asked).toBe(before)
    expect(await outcomeOf({ privateAddresses: 'allowed' })).toBe(200)
  })
})

describe('a provider of sign-in', () => {
  const PLACES = ['http://127.0.0.1', 'https://10.0.0.7', 'http://169.254.169.254', 'https://[::1]']
  it('outside cannot have anything inside asked, by address, by name or by redirect', async () => {
    const before = asked
    const outer = guardedFetch({ ...rulesOfOperator('https://login.example'), resolve: outside })
    for (const place of PLACES) {
      told.count('addresses of a provider of sign-in')
      await expect(outer(`${place}:${insidePort}/keys`, {})).rejects.toThrow(AddressRefused)
    }
    const inner: Resolve = async () => [{ address: '127.0.0.1', family: 4 }]
    const named = guardedFetch({ ...rulesOfOperator('https://login.example'), resolve: inner })
    const failed = await named(`https://keys.example:${insidePort}/`, {}).catch((error) => error)
    expect(failed.cause).toBeInstanceOf(AddressRefused)
    expect(asked).toBe(before)
  })

  it('that redirects is not followed, and one that says too much is not read to its end', async () => {
    const before = asked
    const server = createServer((req, res) => {
      if (req.url === '/big') res.end('x'.repeat(2 * 1024 * 1024))
      else res.writeHead(302, { location: `http://127.0.0.1:${insidePort}/secret` }).end()
    })
    const url = await listen(server)
    const fetcher = guardedFetch(rulesOfOperator(url))
    expect((await fetcher(url, {})).status).toBe(302)
    await expect(fetcher(`${url}/big`, {}).then((reply) => reply.text())).rejects.toThrow()
    await closeServer(server)
    expect(asked).toBe(before)
  })
})
