import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { RETRY_AFTER_MS } from '../../src/notify/notifier.ts'
import { blocksOf, readPage } from './blocks.ts'

const PAGE = 'operating/notifications.md'
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const BODY = '{"test": 2432232314}'

interface Given {
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly nowSeconds: number
}

it('the verification on the page takes what is right, and nothing else', async () => {
  const [block] = blocksOf(PAGE).filter(({ use }) => use === 'verify')
  const source = `data:text/javascript,${encodeURIComponent(block?.text ?? '')}`
  const { verify } = (await import(/* @vite-ignore */ source)) as {
    verify: (given: Given) => boolean
  }
  const nowSeconds = 1_614_265_330
  const signature = new Webhook(SECRET).sign('msg_1', new Date(nowSeconds * 1_000), BODY)
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': `${nowSeconds}`,
    'webhook-signature': `v1,AAAA ${signature}`,
  }
  const given = { secret: SECRET, headers, body: BODY, nowSeconds }
  expect(verify(given)).toBe(true)
  expect(verify({ ...given, body: `${BODY} ` })).toBe(false)
  expect(verify({ ...given, nowSeconds: nowSeconds + 301 })).toBe(false)
  expect(verify({ ...given, headers: { ...headers, 'webhook-id': 'msg_2' } })).toBe(false)
})

it('the page tells as many attempts as there are', () => {
  expect(RETRY_AFTER_MS.length + 1).toBe(12)
  expect(readPage(PAGE)).toContain('twelve attempts')
})
