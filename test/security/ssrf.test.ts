import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  checkAddress,
  guardedLookup,
  isPublicAddress,
  type Resolve,
} from '../../src/notify/address-guard.ts'
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
    const { Secret } = await import('../../src/config.ts')
    const { UpstreamClient } = await import('../../src/gateway/upstream.ts')
    const { GATEWAY_POLICY } = await import('../../src/gateway/policy.ts')
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
