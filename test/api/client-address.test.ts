import { describe, expect, it } from 'vitest'
import type { ProblemError } from '../../src/api/problem-answer.ts'
import { addressOf, rangeOf } from '../../src/api/session/client.ts'
import { admitTry } from '../../src/api/session/flood-guard.ts'
import { browserFamily } from '../../src/contract/browser-family.ts'
import { PAGE, send, signIn } from './browser.ts'
import { startNode, startStockedApi } from './support.ts'

/* Where somebody comes from: whose word is taken for it, what is kept of it, and how many tries it has. */

describe('behind proxies', () => {
  it('the address is that of the connection, unless a proxy that is trusted says otherwise', async () => {
    const first = await startStockedApi()
    await first.done('addStaff', { body: { staff_id: 'sam', name: 'Sam', role: 'support' } })
    const seenBy = async (trustedProxies: number | readonly string[], forwarded: string) => {
      const node = await startNode(first.database, { trustedProxies })
      const { path } = await node.done('createSignInLink', { body: { staff_id: 'sam' } })
      const body = { token: path.split('#token=')[1] }
      const headers = { ...PAGE, 'x-forwarded-for': forwarded }
      const entered = await send(node, 'POST', '/v1/sign_in/link', { headers, body })
      expect(entered.status).toBe(200)
      const query = { staff_id: 'sam', kind: 'signed_in', limit: 1 } as const
      const { items } = await node.done('listSignIns', { query })
      await node.close()
      return items[0]?.address
    }
    const forged = '198.51.100.9, 203.0.113.7'
    // Requests of these tests come from 127.0.0.1.
    expect(await seenBy(0, forged)).toBe('127.0.0.x')
    // One balancer adds where it was asked from: what stands before that anybody may have written.
    expect(await seenBy(1, forged)).toBe('203.0.113.x')
    expect(await seenBy(2, forged)).toBe('198.51.100.x')
    expect(await seenBy(['loopback'], forged)).toBe('203.0.113.x')
    expect(await seenBy(['127.0.0.0/8', '203.0.113.7'], forged)).toBe('198.51.100.x')
    // From elsewhere than a trusted address nobody’s word is taken.
    expect(await seenBy(['10.0.0.1'], forged)).toBe('127.0.0.x')
    expect(await seenBy(1, '203.0.113.7:55123')).toBe('203.0.113.x')
    expect(await seenBy(1, 'unknown')).toBe('127.0.0.x')
    expect(await signIn(first, { staff_id: 'sam' })).not.toBe('')
    await first.close()
  }, 60_000)

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:443', '192.0.2.1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['no address', '10.0.0.1'],
    ['', '10.0.0.1'],
  ])('%s is read as %s', (ip, address) => {
    expect(addressOf({ ip, socket: { remoteAddress: '10.0.0.1' } as never })).toBe(address)
  })
})

describe('what is kept', () => {
  it.each([
    ['192.0.2.77', '192.0.2.x'],
    ['::ffff:192.0.2.77', '192.0.2.x'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::x'],
    ['2001:db8::1', '2001:db8::x'],
    ['::1', '::x'],
    ['192.0.2.77.evil.example', null],
    ['', null],
  ])('of the address %s is %s', (address, range) => {
    expect(rangeOf(address)).toBe(range)
  })

  const mozilla = (rest: string): string => `Mozilla/5.0 ${rest}`
  it.each([
    [mozilla('(Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0'), 'Edge · Windows'],
    [mozilla('(Macintosh) AppleWebKit/605.1 Version/17.4 Safari/605.1'), 'Safari · Mac'],
    [mozilla('(iPhone; CPU iPhone OS 17) CriOS/131.0 Safari/604.1'), 'Chrome · iPhone'],
    [mozilla('(Linux; Android 14) SamsungBrowser/25.0 Chrome/121.0'), 'Samsung Internet · Android'],
    [mozilla('(X11; Linux x86_64; rv:130.0) Gecko Firefox/130.0'), 'Firefox · Linux'],
    [mozilla('(X11; CrOS x86_64) Chrome/131.0 Safari/537.36'), 'Chrome · ChromeOS'],
    ['curl/8.5.0', null],
    ['', null],
  ])('of the browser %s is %s', (userAgent, family) => {
    expect(browserFamily(userAgent)).toBe(family)
  })
})

describe('tries to sign in', () => {
  /** A server with a clock that stands, unless it is moved. */
  function guard() {
    const clock = { ms: 0 }
    const services = { pool: {}, nowMs: () => clock.ms } as never
    const from = (ip: string): string => {
      try {
        admitTry({ ip, socket: {} } as never, services)
        return 'looked at'
      } catch (error) {
        const { code, extras } = error as ProblemError
        return `${code} ${extras.headers?.['retry-after']}`
      }
    }
    return { clock, from }
  }

  it('of one address are looked at 300 times at once, then 5 times a second', () => {
    const { clock, from } = guard()
    const looked = Array.from({ length: 300 }, () => from('192.0.2.1'))
    expect(new Set(looked)).toEqual(new Set(['looked at']))
    expect(from('192.0.2.1')).toBe('sign_in_too_many 1')
    // Others are not hindered by it, and a clock that goes back gives nothing.
    expect(from('192.0.2.2')).toBe('looked at')
    clock.ms = -5_000
    expect(from('192.0.2.1')).toMatch(/^sign_in_too_many/)
    clock.ms = 1_000
    const later = Array.from({ length: 6 }, () => from('192.0.2.1'))
    expect(later.filter((own) => own === 'looked at')).toHaveLength(5)
  })

  it('of one address with many ports are tries of one address', () => {
    const { from } = guard()
    for (let port = 1; port <= 300; port += 1) from(`192.0.2.1:${port}`)
    expect(from('192.0.2.1:9999')).toMatch(/^sign_in_too_many/)
  })
})
